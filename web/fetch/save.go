package fetch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lightshare/events"
	"lightshare/events/sealed"
)

// save brings the file to its place on disk.
func (d *download) save(ctx context.Context, out string) (Result, error) {
	dir, name, err := openTarget(out, d.grant.FileName)
	if err != nil {
		return Result{}, err
	}
	defer dir.Close()
	result := Result{Path: filepath.Join(dir.Name(), name), Size: d.grant.Size, Sealed: d.grant.total(), Root: d.grant.Root}
	there, err := present(dir, name, d.grant)
	if err != nil {
		return Result{}, err
	}
	if there {
		dropTwin(dir, name)
		result.Resumed = result.Sealed
		d.progress.say("The file is here already, whole and checked.")
		return result, nil
	}
	result.Resumed, result.State, err = d.fill(ctx, dir, name)
	return result, err
}

// dropTwin takes away the unfinished file's name if it is one of the finished file, and the program ended between two
// steps.
func dropTwin(dir *os.Root, name string) {
	whole, err := dir.Lstat(name)
	if err != nil {
		return
	}
	if twin, err := dir.Lstat(name + ".part"); err == nil && os.SameFile(whole, twin) {
		_ = dir.Remove(name + ".part") // nothing depends on it
	}
}

// fill receives the sealed file, signs for it, and opens it under the final name. It returns how many bytes of it were
// there before, and the state of the order.
func (d *download) fill(ctx context.Context, dir *os.Root, name string) (kept int64, state string, err error) {
	p, err := openPart(dir, name, d.grant)
	if err != nil {
		return 0, "", fmt.Errorf("save into %s: %w", dir.Name(), err)
	}
	defer p.Close()
	key, err := d.obtain(ctx, p)
	if err != nil {
		return p.kept, "", err
	}
	err = d.open(ctx, p, key)
	if errors.Is(err, errDamaged) {
		d.log.WarnContext(ctx, "unfinished file is damaged, beginning again", "listing", d.grant.Listing, "err", err)
		if err := p.recount(); err != nil {
			return 0, "", fmt.Errorf("read %s: %w", p.name, err)
		}
		if key, err = d.obtain(ctx, p); err == nil {
			err = d.open(ctx, p, key)
		}
	}
	return p.kept, "captured", err
}

// obtain returns the key to the file, once all of it is in p, signed for and paid for.
func (d *download) obtain(ctx context.Context, p *part) (key sealed.Key, err error) {
	if p.whole { // and half opened, maybe
		held := false
		err := d.persist(ctx, marketTries, func() (err error) {
			if key, err = d.market.key(ctx); errors.Is(err, events.KeyHeld) {
				held, err = true, nil
			}
			return err
		})
		if err != nil || !held {
			return key, err
		}
		if err := p.recount(); err != nil { // what is signed for is hashed first
			return key, fmt.Errorf("read %s: %w", p.name, err)
		}
	}
	if p.opened {
		return d.pay(ctx)
	}
	if p.leaves != nil {
		if err := p.keep(p.leaves); err != nil {
			return key, err
		}
		d.progress.begin(p.final, p.total(), p.size)
	}
	if err := d.receive(ctx, p); err != nil {
		return key, err
	}
	if d.grant.plain() {
		p.opened = true
		return d.pay(ctx)
	}
	if err := p.complete(); err != nil {
		return key, fmt.Errorf("save into %s: %w", p.dir.Name(), err)
	}
	return d.pay(ctx)
}

// open opens the sealed file under its final name. If it is not what was sold, the market is shown the proof.
func (d *download) open(ctx context.Context, p *part, key sealed.Key) error {
	if !p.opened {
		d.progress.say("Everything has arrived and is paid for. Opening the file.")
		file := openPages(p.dir, p.name, p.file)
		proof, err := p.open(file, syncEvery, key)
		file.Close() // it wrote what it wrote
		if err != nil {
			return fmt.Errorf("open %s: %w", p.name, err)
		}
		if proof != nil {
			return d.complain(ctx, p, *proof)
		}
	}
	if err := p.finish(); err != nil {
		return fmt.Errorf("save into %s: %w", p.dir.Name(), err)
	}
	return nil
}

// complain shows the market that the file is not what was sold, and says what came of it. What proves it is kept until
// the market has taken it.
func (d *download) complain(ctx context.Context, p *part, proof sealed.Proof) error {
	first := proof.Pieces[0].Index
	err := d.persist(ctx, marketTries, func() error { return d.market.mismatch(ctx, proof) })
	if err != nil {
		return errors.Join(fmt.Errorf("record %d opens to something that is %w; nothing was saved", first, ErrMismatch), err)
	}
	return errors.Join(
		fmt.Errorf("record %d opens to something that is %w; that is proven, and your money is given back", first, ErrMismatch), p.remove())
}
