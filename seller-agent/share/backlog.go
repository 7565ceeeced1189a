package share

// A backlog is the paths that a walk found and nobody is in a hurry about, in the order of the walk but for sheets, which
// come first: files are described by them.
type backlog struct {
	sheets, files []found
	in            map[string]bool
	bytes         int64 // of all in it
}

// found is a path and how large its file was.
type found struct {
	path string
	size int64
}

// add puts a path in unless it is in.
func (b *backlog) add(path string, size int64) {
	if b.in[path] {
		return
	}
	if b.in == nil {
		b.in = make(map[string]bool)
	}
	b.in[path] = true
	b.bytes += size
	if isSheet(path) {
		b.sheets = append(b.sheets, found{path, size})
	} else {
		b.files = append(b.files, found{path, size})
	}
}

func (b *backlog) len() int { return len(b.in) }

// next takes the first path out.
func (b *backlog) next() string {
	from := &b.files
	if len(b.sheets) > 0 {
		from = &b.sheets
	}
	first := (*from)[0]
	if *from = (*from)[1:]; len(*from) == 0 {
		*from = nil
	}
	delete(b.in, first.path)
	b.bytes -= first.size
	if len(b.in) == 0 {
		b.in = nil
	}
	return first.path
}
