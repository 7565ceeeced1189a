package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/events/content"
	"lightshare/events/sealed"
)

// What is known by its prints is known when an agent lists it: by the root over its bytes, and by its looks.
func TestPrintsMatchWhatAnAgentLists(t *testing.T) {
	picture := image.NewGray(image.Rect(0, 0, 300, 200))
	for y := range 200 {
		for x := range 300 {
			picture.SetGray(x, y, color.Gray{Y: uint8(x*x/400 ^ y)})
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "photo.png")
	if err := os.WriteFile(name, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	prints, err := printsOfFile(name)
	if err != nil || events.CheckPrints(prints) != nil {
		t.Fatalf("printsOfFile = %v, %v", prints, err)
	}
	list := blacklist.NewList([]events.Entry{{ID: "photo", Artist: "Some Agency", Title: "Waves", Prints: prints}})
	pass := sealed.NewPass(sealed.NewKey(), int64(file.Len()))
	pass.Write(file.Bytes())
	trees, err := pass.End()
	if err != nil {
		t.Fatal(err)
	}
	cut, _ := content.PictureOf(picture.SubImage(image.Rect(8, 4, 290, 197)))
	for how, l := range map[string]events.Listing{
		"the same bytes":   {Title: "my cat", FileName: "cat.png", Root: sealed.Root(trees.Plain).String()},
		"cut at the edges": {Title: "my cat", FileName: "cat.png", Prints: []events.Print{cut.Print()}},
	} {
		if v := list.Screen(l); v.Ruling != events.Block || v.Entry != "photo" {
			t.Errorf("%s: Screen = %s by %q, want it blocked", how, v.Ruling, v.Entry)
		}
	}
}
