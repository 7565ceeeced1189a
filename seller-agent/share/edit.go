package share

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"lightshare/events"
)

// ErrGone says that a listing is not known, or its file not for sale any more.
var ErrGone = errors.New("this file is not in the shared folder any more")

// Sheets returns what the sheets around a listing's file say, and what was edited over them.
func (f *Folder) Sheets(id events.ListingID) (sheets, edit Sheet, err error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	item, ok := f.catalogue.ByID(id)
	if !ok {
		return sheets, edit, ErrGone
	}
	if item.sheet != nil {
		sheets = *item.sheet
	}
	return sheets, f.catalogue.Edits[id], nil
}

// CheckEdit returns the card that a listing would have with an edit, or what is wrong with it in words.
func (f *Folder) CheckEdit(id events.ListingID, edit Sheet) (Card, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	item, ok := f.catalogue.ByID(id)
	if !ok || !item.Offered() {
		return Card{}, ErrGone
	}
	return editedCard(item.Path, item.sheet, edit, f.Defaults)
}

// Edit keeps what the seller wants to say of listings, over what the sheets around their files say. It is kept in Memory:
// nothing is written into the folder. An empty edit gives the say back to the sheets. Nothing is kept if one of them is
// wrong.
func (f *Folder) Edit(ctx context.Context, edits map[events.ListingID]Sheet) error {
	for id, edit := range edits {
		if _, err := f.CheckEdit(id, edit); err != nil {
			return err
		}
	}
	if err := f.Memory.SaveEdits(ctx, edits); err != nil {
		return err
	}
	f.mu.Lock()
	for id, edit := range edits {
		f.touched = append(f.touched, id)
		if edit.empty() {
			delete(f.catalogue.Edits, id)
		} else {
			f.catalogue.Edits[id] = edit
		}
	}
	f.mu.Unlock()
	f.ring()
	return nil
}

// SetFate puts down what the market made of a listing.
func (f *Folder) SetFate(id events.ListingID, fate Fate) {
	f.mu.Lock()
	if item, ok := f.catalogue.ByID(id); ok && item.Fate != fate || f.fates[id] != (Fate{}) {
		f.fates[id] = fate
	}
	f.mu.Unlock()
	f.ring()
}

// ring has Run take up what others have put down.
func (f *Folder) ring() {
	select {
	case f.rung <- struct{}{}:
	default:
	}
}

// takeUp keeps new fates, and has the files of edited listings decided about again. Their bytes are known.
func (f *Folder) takeUp(ctx context.Context, now time.Time) {
	f.mu.Lock()
	touched, fates := f.touched, f.fates
	f.touched, f.fates = nil, make(map[events.ListingID]Fate)
	for id, fate := range fates {
		f.catalogue.SetFate(id, fate)
	}
	f.version++
	f.mu.Unlock()
	if len(fates) > 0 {
		f.tell("fates", ".", f.Memory.SaveFates(ctx, fates))
	}
	for _, id := range touched {
		item, ok := f.catalogue.ByID(id)
		if ok && f.waits[item.Path] == nil {
			f.suspect(item.Path, now, false, false)
			f.waits[item.Path].due = now
		}
	}
}

func (s Sheet) empty() bool { return reflect.ValueOf(s).IsZero() }

// SetFate puts down what the market made of a listing, if that is known.
func (c *Catalogue) SetFate(id events.ListingID, fate Fate) {
	if item := c.byID[id]; item != nil {
		item.Fate = fate
	}
}

// Edits returns what was edited of a folder's listings.
func (m *Memory) Edits(ctx context.Context, folder string) (map[events.ListingID]Sheet, error) {
	rows, err := m.db.QueryContext(ctx, `SELECT listing, sheet FROM edit JOIN listing ON id = listing WHERE folder = ?`, folder)
	if err != nil {
		return nil, fmt.Errorf("recall edits: %w", err)
	}
	defer rows.Close()
	edits := make(map[events.ListingID]Sheet)
	for rows.Next() {
		var id events.ListingID
		var text []byte
		var edit Sheet
		if err := rows.Scan(&id, &text); err != nil {
			return nil, fmt.Errorf("recall edits: %w", err)
		}
		if err := json.Unmarshal(text, &edit); err != nil {
			return nil, fmt.Errorf("recall edit of %s: %w", id, err)
		}
		edits[id] = edit
	}
	return edits, rows.Err()
}

// SaveEdits keeps edits, all or none; an empty one is forgotten.
func (m *Memory) SaveEdits(ctx context.Context, edits map[events.ListingID]Sheet) error {
	return m.together(ctx, "save edits", func(tx *sql.Tx) error {
		for id, edit := range edits {
			var err error
			if edit.empty() {
				_, err = tx.ExecContext(ctx, `DELETE FROM edit WHERE listing = ?`, id)
			} else if text, jsonErr := json.Marshal(edit); jsonErr != nil {
				err = jsonErr
			} else {
				_, err = tx.ExecContext(ctx, `INSERT INTO edit VALUES (?, ?) ON CONFLICT DO UPDATE SET sheet = excluded.sheet`, id, string(text))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// SaveFates keeps what the market made of listings.
func (m *Memory) SaveFates(ctx context.Context, fates map[events.ListingID]Fate) error {
	return m.together(ctx, "save fates", func(tx *sql.Tx) error {
		for id, fate := range fates {
			if _, err := tx.ExecContext(ctx, `INSERT INTO fate VALUES (?, ?, ?)
				ON CONFLICT DO UPDATE SET state = excluded.state, reason = excluded.reason`, id, fate.State, fate.Reason); err != nil {
				return err
			}
		}
		return nil
	})
}

// together does all that do does, or nothing.
func (m *Memory) together(ctx context.Context, what string, do func(*sql.Tx) error) error {
	tx, err := m.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer tx.Rollback()
	if err = do(tx); err == nil {
		err = tx.Commit()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
