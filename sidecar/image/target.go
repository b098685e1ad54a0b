package main

import (
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// target is the name and tag of the image.
type target struct{ name.Tag }

// exampleTarget is a name as a push wants it.
const exampleTarget = "myregistry.azurecr.io/" + program + ":1"

// parseTarget reads a name. The tag has to be written, as `latest` would name
// another image tomorrow, which machines that have today's never pull. For a
// push so has the registry: Docker Hub is not what a forgotten one means.
func parseTarget(image string, push bool) (target, error) {
	if strings.Contains(image, "@") {
		return target{}, fmt.Errorf("image %q has a digest, which is known only afterwards; want such as %s", image, exampleTarget)
	}
	t, err := name.NewTag(image, name.WithDefaultTag(""), name.WithDefaultRegistry(""))
	switch {
	case err != nil:
		return target{}, fmt.Errorf("image %q is no name of an image: %w; want such as %s", image, err, exampleTarget)
	case t.TagStr() == "":
		return target{}, fmt.Errorf("image %q has no tag; want such as %s", image, exampleTarget)
	case push && t.RegistryStr() == "":
		return target{}, fmt.Errorf("image %q has no registry to push to; want such as %s", image, exampleTarget)
	}
	return target{t}, nil
}

// full is the name as Docker and containerd keep it, where an image without
// registry is one of Docker Hub.
func (t target) full() string {
	registry, repository := t.RegistryStr(), t.RepositoryStr()
	if registry == "" || registry == name.DefaultRegistry {
		registry = "docker.io"
		if !strings.Contains(repository, "/") {
			repository = "library/" + repository
		}
	}
	return registry + "/" + repository + ":" + t.TagStr()
}
