package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const fileName = "simulator.json"

// load reads the state from the folder; none there is an empty one.
func load(folder string) (state, error) {
	st := state{
		Sessions: map[string]*session{}, Intents: map[string]*intent{}, Charges: map[string]*charge{},
		Names: map[string]string{}, Promises: map[string]promise{}, Keys: map[string]*remembered{},
		Setups: map[string]*setupIntent{}, Customers: map[string]bool{}, Methods: map[string]*savedCard{}, Asked: map[string]card{},
		Refunds: map[string]*refund{}, Disputes: map[string]*dispute{}, Banks: map[string]*bank{},
		Accounts: map[string]*account{}, Onboardings: map[string]*onboarding{}, Transfers: map[string]*transfer{}, Reversals: map[string]*reversal{},
	}
	if folder == "" {
		return st, nil
	}
	data, err := os.ReadFile(filepath.Join(folder, fileName))
	if errors.Is(err, fs.ErrNotExist) {
		return st, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &st)
	}
	if err != nil {
		return st, fmt.Errorf("read state: %w", err)
	}
	return st, nil
}

// save writes the state so that either the old or the new one is there, whatever happens. s.mu is held.
func (s *Simulator) save() error {
	if s.Folder == "" {
		return nil
	}
	data, err := json.Marshal(s.state)
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	if err := os.MkdirAll(s.Folder, 0o700); err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	f, err := os.CreateTemp(s.Folder, fileName+".*")
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(s.Folder, fileName))
	}
	if err != nil {
		return fmt.Errorf("save state: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
