# SPDX-License-Identifier: EUPL-1.2
"""The other side of deliveries, for tests that only count: a receiver of webhooks, and what a fake relay took."""
import collections
import http.server
import threading


class Hooks:
    """Takes every webhook. got: {webhook-id: [body, ...]} as they came."""

    def __init__(self):
        hooks, self.got, self.lock = self, collections.defaultdict(list), threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with hooks.lock:
                    hooks.got[self.headers["webhook-id"]].append(body)
                self.send_response(204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):  # a sender that was killed
                pass
        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def seen(self):
        """{webhook-id: how many times}."""
        with self.lock:
            return {id: len(bodies) for id, bodies in self.got.items()}

    def strange(self):
        """Ids under which different things came: the same id must always say the same."""
        with self.lock:
            return [id for id, bodies in self.got.items() if len(set(bodies)) > 1]

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
