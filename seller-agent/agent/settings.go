package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"lightshare/events"
	"lightshare/seller-agent/share"
	"lightshare/seller-agent/uplink"
)

// settingsFile is where the settings lie in the state folder.
const settingsFile = "settings.json"

// Settings are what the seller decided, kept from one start to the next.
type Settings struct {
	Market   string          `json:"market"`         // URL
	Name     string          `json:"name,omitempty"` // as shown in public; empty takes one after the seller's id
	Folders  []string        `json:"folders"`        // shared, absolute paths
	Price    string          `json:"price"`          // of what nothing else gives one, a decimal
	Currency events.Currency `json:"currency"`
	Limits   uplink.Limits   `json:"limits"`
}

// defaults returns what is asked for files of which nothing is said.
func (s Settings) defaults() share.Defaults {
	return share.Defaults{Price: s.Price, Currency: s.Currency}
}

// LoadSettings reads the settings in a state folder. Without any it returns those of a new seller.
func LoadSettings(state string) (Settings, error) {
	s := Settings{Price: "1.00", Currency: events.USD}
	text, err := os.ReadFile(filepath.Join(state, settingsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		return s, fmt.Errorf("read settings %s: %w", filepath.Join(state, settingsFile), err)
	}
	return s, nil
}

// save writes the settings; an interrupted one leaves the old.
func (s Settings) save(state string) error {
	text, err := json.MarshalIndent(s, "", "\t")
	if err == nil {
		err = replaceFile(filepath.Join(state, settingsFile), append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("keep settings: %w", err)
	}
	return nil
}

// replaceFile writes a file that only its owner may read, under another name first, so that it is never half of one.
func replaceFile(file string, text []byte) error {
	part := file + ".new"
	if err := os.WriteFile(part, text, 0o600); err != nil {
		return err
	}
	return os.Rename(part, file)
}

// add puts a folder with the others, unless it is there.
func (s *Settings) add(dir string) {
	if !slices.Contains(s.Folders, dir) {
		s.Folders = append(s.Folders, dir)
	}
}

// overlaps returns the shared folder that holds dir, or lies in it.
func (s Settings) overlaps(dir string) (string, bool) {
	for _, other := range s.Folders {
		if other != dir && (inside(other, dir) || inside(dir, other)) {
			return other, true
		}
	}
	return "", false
}
