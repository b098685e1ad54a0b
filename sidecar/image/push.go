package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// push uploads a release with the credentials that `docker login` or `az acr
// login` left. The tag comes last: it never names something that is not whole.
func push(ctx context.Context, t target, r release) error {
	pusher, err := remote.NewPusher(remote.WithAuthFromKeychain(authn.DefaultKeychain), remote.WithUserAgent("ringwright-image"))
	if err != nil {
		return err
	}
	for _, img := range r.manifests() {
		digest, err := img.Digest()
		if err != nil {
			return err
		}
		if err := pusher.Push(ctx, t.Context().Digest(digest.String()), img); err != nil {
			return explain(t, err)
		}
	}
	return explain(t, pusher.Push(ctx, t.Tag, r.index))
}

// manifests are the images, then the SBOMs: some registries take no manifest
// whose subject they do not have yet.
func (r release) manifests() []v1.Image {
	var images, artifacts []v1.Image
	for _, p := range r.parts {
		images = append(images, p.image)
		artifacts = append(artifacts, p.artifact)
	}
	return append(images, artifacts...)
}

// explain says which push failed and, where it is a matter of rights, what to
// do about it.
func explain(t target, err error) error {
	if err == nil {
		return nil
	}
	var answer *transport.Error
	if !errors.As(err, &answer) || answer.StatusCode != http.StatusUnauthorized && answer.StatusCode != http.StatusForbidden {
		return fmt.Errorf("push %s: %w", t, err)
	}
	says := fmt.Sprintf("%d %s", answer.StatusCode, http.StatusText(answer.StatusCode))
	for _, d := range answer.Errors {
		says += ", " + d.String()
	}
	return fmt.Errorf("push %s: %s does not let you: %s; log in as one who may push: %s",
		t, t.RegistryStr(), says, login(t.RegistryStr()))
}

// login is the command that gets credentials for a registry.
func login(registry string) string {
	if name, ok := strings.CutSuffix(registry, ".azurecr.io"); ok {
		return "az acr login --name " + name
	}
	return "docker login " + registry
}
