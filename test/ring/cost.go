package ring

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// cost is what a process took so far: CPU time of itself and of its children
// that have ended, and memory.
type cost struct {
	own, children time.Duration
	resident      int64 // bytes
}

// tick is the unit of CPU times in /proc: USER_HZ is 100 on every Linux.
const tick = 10 * time.Millisecond

// costOf reads what a process took.
func costOf(pid int) (cost, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return cost{}, err
	}
	// The second field is the name and may hold blanks; the third follows ") ".
	_, rest, _ := strings.Cut(string(data), ") ")
	fields := strings.Fields(rest)
	number := func(field int) int64 {
		n, _ := strconv.ParseInt(fields[field-3], 10, 64)
		return n
	}
	return cost{
		own:      time.Duration(number(14)+number(15)) * tick,
		children: time.Duration(number(16)+number(17)) * tick,
		resident: number(24) * int64(os.Getpagesize()),
	}, nil
}

// pid is the process that the container runs now, 0 where there is none.
func (c *container) pid() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cmd == nil {
		return 0
	}
	return c.cmd.Process.Pid
}
