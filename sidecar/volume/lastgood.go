package volume

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// KeepSettings keeps a settings file, which must be a good one, as the last
// good copy. It writes only where the copy differs.
func (d *Directory) KeepSettings(ctx context.Context, data []byte) error {
	path := d.path(settingsName)
	if _, err := settings.Parse(path, data); err != nil {
		return fmt.Errorf("internal: keep settings: %w", err)
	}
	unlock, err := d.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	kept, err := d.Files.ReadFile(path, settings.MaxSize)
	if err == nil && bytes.Equal(kept, data) {
		return nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return explain(path, err)
	}
	return d.replace(settingsName, data)
}

// KeptSettings gives the last good copy, which is for a joined volume only:
// one that has not joined must not found or join by old settings. The error
// has fs.ErrNotExist in its chain where there is no copy.
func (d *Directory) KeptSettings() (*settings.Settings, error) {
	path := d.path(settingsName)
	data, err := d.Files.ReadFile(path, settings.MaxSize)
	if err != nil {
		return nil, explain(path, err)
	}
	s, err := settings.Parse(path, data)
	if err != nil {
		return nil, fmt.Errorf("last good settings: %w", err)
	}
	return s, nil
}
