package fetch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lightshare/events/sealed"
)

// save brings the file to its place on disk.
func (d *download) save(ctx context.Context, out string) (Result, error) {
	dir, name, err := openTarget(out, d.grant.FileName)
	if err != nil {
		return Result{}, err
	}
	defer dir.Close()
	result := Result{Path: filepath.Join(dir.Name(), name), Size: d.grant.Size, Sealed: sealed.SealedSize(d.grant.Size), Root: d.grant.Root}
	there, err := present(dir, name, d.grant)
	if err != nil {
		return Result{}, err
	}
	if there {
		result.Resumed = result.Sealed
		d.progress.say("The file is here already, whole and checked.")
		return result, nil
	}
	result.Resumed, result.State, err = d.fill(ctx, dir, name)
	return result, err
}

// fill receives the sealed file, signs for it, and opens it under the final name. It returns how many bytes of it were
// there before, and the state of the order.
func (d *download) fill(ctx context.Context, dir *os.Root, name string) (kept int64, state string, err error) {
	p, err := openPart(dir, name, sealed.SealedSize(d.grant.Size))
	if err != nil {
		return 0, "", fmt.Errorf("save into %s: %w", dir.Name(), err)
	}
	defer p.Close()
	if p.root == d.grant.Sealed { // all of it
		d.leaves = p.found
		err = p.keep(p.found, sealed.SealedSize(d.grant.Size))
	} else {
		err = d.receive(ctx, p)
	}
	if err != nil {
		return 0, "", err
	}
	key, err := d.pay(ctx)
	if err != nil {
		return p.kept, "", err
	}
	d.progress.say("Everything has arrived and is paid for. Opening the file.")
	if err := d.open(ctx, p, key); err != nil {
		return p.kept, "captured", err
	}
	return p.kept, "captured", nil
}

// open opens the sealed file under its final name. If it is not what was sold, nothing is left, and the market is shown
// the proof.
func (d *download) open(ctx context.Context, p *part, key sealed.Key) error {
	to, err := newPlain(p.dir, p.final)
	if err != nil {
		return fmt.Errorf("save into %s: %w", p.dir.Name(), err)
	}
	defer to.Close()
	o := &opening{from: p.file, size: d.grant.Size, root: d.grant.Root, sealer: key.Sealer(d.grant.Size), to: to}
	proof, err := o.open(d.leaves)
	if err != nil {
		return fmt.Errorf("open %s: %w", p.name, err)
	}
	if proof != nil {
		return d.complain(ctx, *proof)
	}
	if err := to.finish(); err != nil {
		return fmt.Errorf("save into %s: %w", p.dir.Name(), err)
	}
	return p.remove()
}

// complain shows the market that the file is not what was sold, and says what came of it.
func (d *download) complain(ctx context.Context, proof sealed.Proof) error {
	err := d.persist(ctx, marketTries, func() error { return d.market.mismatch(ctx, proof) })
	if err != nil {
		return errors.Join(fmt.Errorf("record %d opens to something that is %w; nothing was saved", proof.Pieces[0].Index, ErrMismatch), err)
	}
	return fmt.Errorf("record %d opens to something that is %w; that is proven, and your money is given back", proof.Pieces[0].Index, ErrMismatch)
}
