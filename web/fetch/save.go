package fetch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// save brings the file to its place on disk.
func (d *download) save(ctx context.Context, out string) (Result, error) {
	dir, name, err := openTarget(out, d.grant.FileName)
	if err != nil {
		return Result{}, err
	}
	defer dir.Close()
	result := Result{Path: filepath.Join(dir.Name(), name), Size: d.grant.Size, Root: d.grant.Root}
	there, err := present(dir, name, d.grant)
	if err != nil {
		return Result{}, err
	}
	if there {
		result.Resumed = d.grant.Size
		d.progress.say("The file is here already, whole and checked.")
		return result, nil
	}
	result.Resumed, err = d.fill(ctx, dir, name)
	return result, err
}

// fill receives the file under its unfinished name, gives it the final one, and returns how many bytes were there before.
func (d *download) fill(ctx context.Context, dir *os.Root, name string) (int64, error) {
	p, err := openPart(dir, name, d.grant.Size)
	if err != nil {
		return 0, fmt.Errorf("save into %s: %w", dir.Name(), err)
	}
	defer p.Close()
	if p.root == d.grant.Root { // all of it: only the name is missing
		err = p.keep(p.found, d.grant.Size)
	} else {
		err = d.receive(ctx, p)
	}
	if err != nil {
		return 0, err
	}
	if err := p.finish(); err != nil {
		return 0, fmt.Errorf("save into %s: %w", dir.Name(), err)
	}
	return p.kept, nil
}
