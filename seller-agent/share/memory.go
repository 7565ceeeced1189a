package share

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"os"
	"slices"
	"time"

	_ "modernc.org/sqlite" // the database/sql driver "sqlite"

	"lightshare/events"
	"lightshare/events/sealed"
)

// schema of the memory. A listing is waiting to be published while acked is below rev; leaves lie in parts so that no
// row is large. Whatever has a seal has the leaves of both its trees, and its tags.
const schema = `
CREATE TABLE IF NOT EXISTS listing (
	id TEXT PRIMARY KEY, folder TEXT NOT NULL, path BLOB NOT NULL,
	size INTEGER NOT NULL, modified INTEGER NOT NULL, inode INTEGER NOT NULL,
	body TEXT NOT NULL, rev INTEGER NOT NULL, acked INTEGER NOT NULL DEFAULT 0,
	withdrawn INTEGER NOT NULL, root TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS waiting ON listing (rev) WHERE acked < rev;
CREATE TABLE IF NOT EXISTS fate (
	listing TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS edit (
	listing TEXT PRIMARY KEY, sheet TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tree (
	root TEXT NOT NULL, part INTEGER NOT NULL, leaves BLOB NOT NULL, PRIMARY KEY (root, part)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seal (
	sealed TEXT PRIMARY KEY, root TEXT NOT NULL, key BLOB NOT NULL, made INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tags (
	sealed TEXT NOT NULL, part INTEGER NOT NULL, tags BLOB NOT NULL, PRIMARY KEY (sealed, part)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS content ON seal (root);`

// part is how many bytes of leaves or tags lie in one row.
const part = 1 << 20

// forgotten is how long a withdrawn listing is remembered, so that its file keeps it when it comes back, and a seal that no
// listing has: somebody may have bought what it seals.
const forgotten = 90 * 24 * time.Hour

// ErrInUse says that another agent works with the same memory.
var ErrInUse = errors.New("another seller-agent is using this state folder")

// A Memory keeps what an agent must know after a restart: which listing is about which file, its tree, and what the
// market has yet to be told. Safe for concurrent use, by one process.
type Memory struct {
	db *sql.DB
}

// OpenMemory opens the memory in the given file, or makes it. It returns [ErrInUse] while another process has it.
func OpenMemory(file string) (*Memory, error) {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open memory: %w", err)
	}
	f.Close()
	where := url.URL{Scheme: "file", OmitHost: true, Path: file, RawQuery: url.Values{"_pragma": {
		"locking_mode(EXCLUSIVE)", "journal_mode(WAL)", "synchronous(NORMAL)", "busy_timeout(0)",
	}}.Encode()}
	db, err := sql.Open("sqlite", where.String())
	if err != nil {
		return nil, fmt.Errorf("open memory %s: %w", file, err)
	}
	db.SetMaxOpenConns(1) // the lock belongs to the connection
	if _, err := db.Exec(schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("open memory %s: %w", file, inUse(err))
	}
	return &Memory{db: db}, nil
}

// inUse makes SQLITE_BUSY, 5, known by a name.
func inUse(err error) error {
	var coded interface{ Code() int }
	if errors.As(err, &coded) && coded.Code()&0xff == 5 {
		return ErrInUse
	}
	return err
}

// Close ends the use of the memory.
func (m *Memory) Close() error { return m.db.Close() }

// Items returns what is known of a folder.
func (m *Memory) Items(ctx context.Context, folder string) ([]Item, error) {
	rows, err := m.db.QueryContext(ctx, `SELECT path, size, modified, inode, body, coalesce(fate.state, ''), coalesce(fate.reason, '')
		FROM listing LEFT JOIN fate ON fate.listing = listing.id WHERE folder = ?`, folder)
	if err != nil {
		return nil, fmt.Errorf("recall folder: %w", err)
	}
	defer rows.Close()
	var items []Item
	for rows.Next() {
		var item Item
		var path, body []byte
		var inode int64
		if err := rows.Scan(&path, &item.Stat.Size, &item.Stat.Modified, &inode, &body, &item.Fate.State, &item.Fate.Reason); err != nil {
			return nil, fmt.Errorf("recall folder: %w", err)
		}
		if err := json.Unmarshal(body, &item.Listing); err != nil {
			return nil, fmt.Errorf("recall listing: %w", err)
		}
		item.Path, item.Stat.Inode = string(path), uint64(inode)
		if item.Listing.SealedRoot == "" { // from before files were sealed: to be read again
			item.Stat = Stat{}
		}
		items = append(items, item)
	}
	return items, rows.Err()
}

// Save keeps items of a folder, and seals by the root of their content, all or nothing.
func (m *Memory) Save(ctx context.Context, folder string, items []Item, seals map[string]Seal) error {
	return m.together(ctx, "save listings", func(tx *sql.Tx) error {
		for _, s := range seals {
			if err := saveSeal(ctx, tx, s); err != nil {
				return fmt.Errorf("seal: %w", err)
			}
		}
		for _, item := range items {
			if err := saveItem(ctx, tx, folder, item); err != nil {
				return fmt.Errorf("listing %s: %w", item.Listing.ID, err)
			}
		}
		return nil
	})
}

func saveItem(ctx context.Context, tx *sql.Tx, folder string, item Item) error {
	body, err := json.Marshal(item.Listing)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO listing (id, folder, path, size, modified, inode, body, rev, withdrawn, root)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET folder = excluded.folder, path = excluded.path, size = excluded.size,
			modified = excluded.modified, inode = excluded.inode, body = excluded.body, rev = excluded.rev,
			withdrawn = excluded.withdrawn, root = excluded.root`,
		item.Listing.ID, folder, []byte(item.Path), item.Stat.Size, item.Stat.Modified, int64(item.Stat.Inode),
		string(body), item.Listing.Rev, item.Listing.Withdrawn, item.Listing.Root)
	return err
}

func saveSeal(ctx context.Context, tx *sql.Tx, s Seal) error {
	for _, row := range []struct {
		insert, of string
		bytes      []byte
	}{
		{`INSERT OR IGNORE INTO tree VALUES (?, ?, ?)`, s.Root, sealed.Bytes(s.Trees.Plain)},
		{`INSERT OR IGNORE INTO tree VALUES (?, ?, ?)`, s.Sealed, sealed.Bytes(s.Trees.Sealed)},
		{`INSERT OR IGNORE INTO tags VALUES (?, ?, ?)`, s.Sealed, s.Trees.Tags},
	} {
		n := 0
		for some := range slices.Chunk(row.bytes, part) {
			if _, err := tx.ExecContext(ctx, row.insert, row.of, n, some); err != nil {
				return err
			}
			n++
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO seal VALUES (?, ?, ?, ?)`, s.Sealed, s.Root, s.Key.Bytes(), time.Now().UnixMilli())
	return err
}

// Leaves returns the leaves of a tree in order, 32 bytes each, in parts.
func (m *Memory) Leaves(ctx context.Context, root string) iter.Seq2[[]byte, error] {
	return m.parts(ctx, `SELECT leaves FROM tree WHERE root = ? AND part = ?`, root)
}

// Tags returns the tags of the records that were sealed to what has the given root, in order, 16 bytes each, in parts.
func (m *Memory) Tags(ctx context.Context, sealedRoot string) iter.Seq2[[]byte, error] {
	return m.parts(ctx, `SELECT tags FROM tags WHERE sealed = ? AND part = ?`, sealedRoot)
}

// parts returns row after row of something that is kept in parts.
func (m *Memory) parts(ctx context.Context, query, of string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for n := 0; ; n++ {
			var b []byte
			err := m.db.QueryRowContext(ctx, query, of, n).Scan(&b)
			if errors.Is(err, sql.ErrNoRows) {
				return
			}
			if err != nil {
				err = fmt.Errorf("recall tree: %w", err)
			}
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// Sealed returns the root of the sealed tree of a content, or "" if it has no seal yet.
func (m *Memory) Sealed(ctx context.Context, root string) (string, error) {
	var sealedRoot string
	err := m.db.QueryRowContext(ctx, `SELECT sealed FROM seal WHERE root = ? ORDER BY made LIMIT 1`, root).Scan(&sealedRoot)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("recall seal: %w", err)
	}
	return sealedRoot, nil
}

// Key returns the key of a seal by its sealed root, or an error that wraps [events.NotForSale] if there is none.
func (m *Memory) Key(ctx context.Context, sealedRoot string) (sealed.Key, error) {
	var b []byte
	err := m.db.QueryRowContext(ctx, `SELECT key FROM seal WHERE sealed = ?`, sealedRoot).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		err = events.NotForSale
	}
	if err != nil {
		return sealed.Key{}, fmt.Errorf("recall key of %.80q: %w", sealedRoot, err)
	}
	return sealed.KeyOf(b)
}

// Waiting returns up to limit listings that the market has not acknowledged as they are now, the oldest first.
func (m *Memory) Waiting(ctx context.Context, limit int) ([]Item, error) {
	rows, err := m.db.QueryContext(ctx, `SELECT path, body FROM listing WHERE acked < rev ORDER BY rev LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("recall what waits: %w", err)
	}
	defer rows.Close()
	var items []Item
	for rows.Next() {
		var path, body []byte
		var item Item
		if err := rows.Scan(&path, &body); err != nil {
			return nil, fmt.Errorf("recall what waits: %w", err)
		}
		if err := json.Unmarshal(body, &item.Listing); err != nil {
			return nil, fmt.Errorf("recall what waits: %w", err)
		}
		item.Path = string(path)
		items = append(items, item)
	}
	return items, rows.Err()
}

// Acknowledge keeps that the market has the listing at rev.
func (m *Memory) Acknowledge(ctx context.Context, id events.ListingID, rev int64) error {
	if _, err := m.db.ExecContext(ctx, `UPDATE listing SET acked = max(acked, ?) WHERE id = ?`, rev, id); err != nil {
		return fmt.Errorf("acknowledge listing %s: %w", id, err)
	}
	return nil
}

// AnnounceAll has everything that is offered published again, for a market that may not know it.
func (m *Memory) AnnounceAll(ctx context.Context) error {
	if _, err := m.db.ExecContext(ctx, `UPDATE listing SET acked = 0 WHERE NOT withdrawn`); err != nil {
		return fmt.Errorf("announce all: %w", err)
	}
	return nil
}

// Leave withdraws what was offered from other folders than these, and forgets what nobody will ask for.
func (m *Memory) Leave(ctx context.Context, folders []string, now time.Time) error {
	rows, err := m.db.QueryContext(ctx, `SELECT DISTINCT folder FROM listing WHERE NOT withdrawn`)
	if err != nil {
		return fmt.Errorf("leave folders: %w", err)
	}
	var others []string
	for rows.Next() {
		var other string
		if err := rows.Scan(&other); err != nil {
			rows.Close()
			return fmt.Errorf("leave folders: %w", err)
		}
		if !slices.Contains(folders, other) {
			others = append(others, other)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("leave folders: %w", err)
	}
	for _, other := range others {
		if err := m.leave(ctx, other, now); err != nil {
			return err
		}
	}
	return m.forget(ctx, now)
}

func (m *Memory) leave(ctx context.Context, folder string, now time.Time) error {
	items, err := m.Items(ctx, folder)
	if err != nil {
		return err
	}
	var c Catalogue
	c.Restore(items)
	return m.Save(ctx, folder, c.Clear("its folder is not shared any more", now), nil)
}

// forget removes listings withdrawn long ago, seals as old that no listing has, and trees of no seal.
func (m *Memory) forget(ctx context.Context, now time.Time) error {
	_, err := m.db.ExecContext(ctx, `DELETE FROM listing WHERE withdrawn AND acked >= rev AND rev < ?`,
		now.Add(-forgotten).UnixMilli())
	if err == nil {
		_, err = m.db.ExecContext(ctx, `DELETE FROM seal WHERE root NOT IN (SELECT root FROM listing) AND made < ?`,
			now.Add(-forgotten).UnixMilli())
	}
	for _, orphans := range []string{
		`DELETE FROM tree WHERE root NOT IN (SELECT root FROM seal UNION SELECT sealed FROM seal)`,
		`DELETE FROM tags WHERE sealed NOT IN (SELECT sealed FROM seal)`,
		`DELETE FROM fate WHERE listing NOT IN (SELECT id FROM listing)`,
		`DELETE FROM edit WHERE listing NOT IN (SELECT id FROM listing)`,
	} {
		if err == nil {
			_, err = m.db.ExecContext(ctx, orphans)
		}
	}
	if err != nil {
		return fmt.Errorf("forget: %w", err)
	}
	return nil
}

// CountWaiting returns how many listings the market has not acknowledged as they are now.
func (m *Memory) CountWaiting(ctx context.Context) (int, error) {
	var n int
	if err := m.db.QueryRowContext(ctx, `SELECT count(*) FROM listing WHERE acked < rev`).Scan(&n); err != nil {
		return 0, fmt.Errorf("count what waits: %w", err)
	}
	return n, nil
}
