package agent

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"

	"github.com/ringwright/ringwright/sidecar/api"
)

const (
	// readTimeout is how long a request may take to come.
	readTimeout = time.Second
	// writeTimeout is how long a reply may take: /ready needs up to 2 s.
	writeTimeout = 5 * time.Second
	// idleTimeout is how long a connection may be kept for another request.
	idleTimeout = 10 * time.Second
	// maxHeader is the largest header of a request in bytes.
	maxHeader = 16 << 10
	// maxConnections is how many may be open.
	maxConnections = 512
	// maxRequests is how many of one kind may be under way: one that hangs,
	// such as the volume, does not take the others with it.
	maxRequests = 32
)

// newServer makes the server of a handler.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:                      handler,
		DisableGeneralOptionsHandler: true,
		ReadHeaderTimeout:            readTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeader,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// serve serves until ctx ends.
func serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) {
	server := newServer(handler, log)
	defer context.AfterFunc(ctx, func() { server.Close() })()
	if err := server.Serve(netutil.LimitListener(listener, maxConnections)); ctx.Err() == nil {
		log.Error("the agent serves no more", "error", err)
		<-ctx.Done()
	}
}

// routes holds the handler of each path.
type routes map[string]http.Handler

func (a *agent) routes() routes {
	return routes{
		"/live":    http.HandlerFunc(live),
		"/ready":   atMost(maxRequests, a.serveReady),
		"/v1/node": atMost(maxRequests, a.serveNode),
		"/v1/ring": atMost(maxRequests, a.serveRing),
		"/metrics": atMost(2, a.metrics.handler().ServeHTTP),
	}
}

func (routes routes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	handler, ok := routes[r.URL.Path]
	switch {
	case !ok:
		reply(w, http.StatusNotFound, "text/plain; charset=utf-8", []byte("there is no such page\n"))
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		reply(w, http.StatusMethodNotAllowed, "text/plain; charset=utf-8", []byte("it takes GET\n"))
	default:
		handler.ServeHTTP(w, r)
	}
}

// atMost turns away what comes while n requests are under way.
func atMost(n int, handle http.HandlerFunc) http.Handler {
	under := make(chan struct{}, n)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case under <- struct{}{}:
			defer func() { <-under }()
			handle(w, r)
		default:
			w.Header().Set("Retry-After", "1")
			unavailable(w, "too many ask at once")
		}
	})
}

func reply(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(body) // whoever has gone does not want it
}

// unavailable says why there is no answer.
func unavailable(w http.ResponseWriter, reason string) {
	reply(w, http.StatusServiceUnavailable, "application/json", api.Unread(reason))
}

func live(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, "text/plain; charset=utf-8", []byte("the agent lives\n"))
}

func (a *agent) serveReady(w http.ResponseWriter, r *http.Request) {
	if err := a.prober.ask(r.Context()); err != nil {
		reply(w, http.StatusServiceUnavailable, "text/plain; charset=utf-8", []byte(oneLine(err.Error())+"\n"))
		return
	}
	reply(w, http.StatusOK, "text/plain; charset=utf-8", []byte("Cassandra answers CQL\n"))
}

// oneLine has a text be one line.
func oneLine(text string) string {
	b := []byte(text)
	for i, c := range b {
		if c < ' ' {
			b[i] = ' '
		}
	}
	return string(b)
}

func (a *agent) serveNode(w http.ResponseWriter, r *http.Request) {
	a.askers.noteAsker(r)
	n, err := a.node()
	a.askers.tell(&n)
	if err == nil {
		var body []byte
		if body, err = n.Encode(); err == nil {
			reply(w, http.StatusOK, "application/json", body)
			return
		}
	}
	unavailable(w, err.Error())
}

func (a *agent) serveRing(w http.ResponseWriter, _ *http.Request) {
	ring, err := a.ring.current()
	if err == nil {
		var body []byte
		if body, err = ring.Encode(); err == nil {
			reply(w, http.StatusOK, "application/json", body)
			return
		}
	}
	unavailable(w, err.Error())
}
