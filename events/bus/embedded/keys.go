package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"lightshare/events/bus"
)

// keyring is everything that signs on the bus, read from or made in the folder of keys.
type keyring struct {
	operator, system, market, sellers, signing nkeys.KeyPair
}

// openKeys reads the keys in dir and makes those that are missing, together with the credentials of the services.
func openKeys(dir string) (keyring, error) {
	var k keyring
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return k, err
	}
	for _, key := range []struct {
		file   string
		prefix nkeys.PrefixByte
		pair   *nkeys.KeyPair
	}{
		{"operator.seed", nkeys.PrefixByteOperator, &k.operator},
		{"system.seed", nkeys.PrefixByteAccount, &k.system},
		{"market.seed", nkeys.PrefixByteAccount, &k.market},
		{"sellers.seed", nkeys.PrefixByteAccount, &k.sellers},
		{bus.SigningSeed, nkeys.PrefixByteAccount, &k.signing},
	} {
		pair, err := openKey(filepath.Join(dir, key.file), key.prefix)
		if err != nil {
			return k, err
		}
		*key.pair = pair
	}
	if err := os.WriteFile(filepath.Join(dir, bus.SellersKey), []byte(public(k.sellers)+"\n"), 0o600); err != nil {
		return k, err
	}
	return k, errors.Join(
		writeCreds(filepath.Join(dir, bus.ServiceCreds), "service", k.market),
		writeCreds(filepath.Join(dir, bus.SystemCreds), "system", k.system))
}

func openKey(path string, prefix nkeys.PrefixByte) (nkeys.KeyPair, error) {
	seed, err := os.ReadFile(path)
	if err == nil {
		pair, err := nkeys.FromSeed(seed)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", path, err)
		}
		return pair, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	pair, err := nkeys.CreatePair(prefix)
	if err != nil {
		return nil, err
	}
	if seed, err = pair.Seed(); err != nil {
		return nil, err
	}
	return pair, os.WriteFile(path, seed, 0o600)
}

// writeCreds makes credentials for a user of the account, unless they are there. They do not expire.
func writeCreds(path, name string, account nkeys.KeyPair) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	user, err := nkeys.CreateUser()
	if err != nil {
		return err
	}
	claims := jwt.NewUserClaims(public(user))
	claims.Name = name
	token, err := claims.Encode(account)
	if err != nil {
		return err
	}
	seed, err := user.Seed()
	if err != nil {
		return err
	}
	creds, err := jwt.FormatUserConfig(token, seed)
	if err != nil {
		return err
	}
	temporary := path + ".new"
	if err := os.WriteFile(temporary, creds, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// public returns a pair's public key. It fails only for a pair that was wiped.
func public(pair nkeys.KeyPair) string {
	key, err := pair.PublicKey()
	if err != nil {
		panic(err)
	}
	return key
}
