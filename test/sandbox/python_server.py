"""A server over standard input and output, in nothing but Python's own library."""

import json
import os
import socket
import sys
import urllib.request

TOOLS = {
    "write": lambda args: open(args["path"], "w").write(args["text"]),
    "read": lambda args: open(args["path"]).read(),
    "fetch": lambda args: urllib.request.urlopen(args["url"], timeout=5).read().decode(),
    "connect": lambda args: socket.create_connection((args["host"], args["port"]), 2) and "connected",
    "environment": lambda args: " ".join(sorted(os.environ)),
}


def answer(method, params):
    if method == "initialize":
        version = params.get("protocolVersion", "2025-11-25")
        info = {"name": "python", "version": "1"}
        return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info}
    if method == "tools/list":
        return {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in TOOLS]}
    if method == "tools/call":
        try:
            text, failed = str(TOOLS[params["name"]](params.get("arguments", {}))), False
        except Exception as error:
            text, failed = f"{type(error).__name__}: {error}", True
        return {"content": [{"type": "text", "text": text}], "isError": failed}
    return {} if method == "ping" else None


for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message:
        continue
    result = answer(message["method"], message.get("params", {}))
    unknown = {"error": {"code": -32601, "message": "unknown method"}}
    said = unknown if result is None else {"result": result}
    print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **said}), flush=True)
