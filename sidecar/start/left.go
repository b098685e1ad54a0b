package start

import "context"

// hasLeft tells a member that was decommissioned from one that the others
// removed: both are gone from the ring, and run may not have seen it happen.
// Where system.local does not tell, what the ring says is enough to refuse.
func (s *starter) hasLeft(ctx context.Context) bool {
	left, err := s.pod.Volume.HasLeft(ctx, s.dump)
	if err != nil && ctx.Err() == nil {
		s.log.Warn("system.local does not say whether this member was decommissioned", "error", err)
	}
	return left
}
