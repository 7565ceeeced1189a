package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"lightshare/events"
	"lightshare/events/content"
	"lightshare/events/sealed"
)

// printsCommand takes the prints of files that must not be listed, as the column "prints" of a list of works has them.
type printsCommand struct {
	Files []string `arg:"" type:"existingfile" help:"Files that somebody owns."`
}

// Run prints a line for each file: its prints with spaces between them, a tab, and its name.
func (c printsCommand) Run() error {
	var errs []error
	for _, name := range c.Files {
		prints, err := printsOfFile(name)
		if err != nil {
			errs = append(errs, fmt.Errorf("prints of %s: %w", name, err))
			continue
		}
		words := make([]string, len(prints))
		for i, p := range prints {
			words[i] = string(p)
		}
		fmt.Printf("%s\t%s\n", strings.Join(words, " "), name)
	}
	return errors.Join(errs...)
}

func printsOfFile(name string) ([]events.Print, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	kind, err := mimetype.DetectReader(f)
	if err != nil {
		return nil, err
	}
	prints, err := content.KnownBy(f, info.Size(), kind.String())
	if err != nil {
		return nil, err
	}
	pass := sealed.NewPass(sealed.NewKey(), info.Size())
	if _, err := io.Copy(pass, io.NewSectionReader(f, 0, info.Size())); err != nil {
		pass.End() // waits for what it has begun
		return nil, err
	}
	trees, err := pass.End()
	if err != nil {
		return nil, err
	}
	return append([]events.Print{events.PrintOf(events.RootPrint, sealed.Root(trees.Plain).String())}, prints...), nil
}
