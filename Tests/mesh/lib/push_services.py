# SPDX-License-Identifier: Apache-2.0
"""Push services in place of the real ones: Apple's over HTTP/2 and TLS, Google's over HTTPS. Both
verify the signature of every token and answer as their makers document it."""

import base64
import json
import socket
import ssl
import threading
import time
import urllib.parse

import h2.config
import h2.connection
import h2.events
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from web import Server


def pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption()).decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def token_parts(token):
    """(header, claims, signed bytes, signature) of a JSON web token."""
    header, claims, signature = token.split(".")
    return (json.loads(decoded(header)), json.loads(decoded(claims)),
            f"{header}.{claims}".encode(), decoded(signature))


class Apple:
    """APNs: `answers` maps a device token to the (status, reason) it gets, one after the other, the
    last one for ever."""

    KEY_ID, TEAM, TOPIC = "ABC123DEFG", "TEAM000001", "org.example.phone"

    def __init__(self, certificate):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.requests, self.answers, self.tokens = [], {}, set()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        context.set_alpn_protocols(["h2"])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.context = self.listener.getsockname()[1], context
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(link,), daemon=True).start()

    def serve(self, link):
        try:
            with self.context.wrap_socket(link, server_side=True) as link:
                if link.selected_alpn_protocol() == "h2":
                    self.speak(link)
        except OSError:
            pass

    def speak(self, link):
        connection = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        link.sendall(connection.data_to_send())
        streams = {}
        while data := link.recv(65536):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    streams[event.stream_id] = (dict(event.headers), bytearray())
                elif isinstance(event, h2.events.DataReceived):
                    streams[event.stream_id][1].extend(event.data)
                    connection.acknowledge_received_data(
                        event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    self.answer(connection, event.stream_id, *streams.pop(event.stream_id))
            link.sendall(connection.data_to_send())

    def answer(self, connection, stream, headers, body):
        self.requests.append((headers, bytes(body)))
        status, reason = self.verdict(headers, bytes(body))
        content = json.dumps({"reason": reason}).encode() if reason else b""
        connection.send_headers(stream, [(":status", str(status)), ("apns-id", "0-0")],
                                end_stream=not content)
        if content:
            connection.send_data(stream, content, end_stream=True)

    def verdict(self, headers, body):
        if headers[":method"] != "POST" or not headers[":path"].startswith("/3/device/"):
            return 404, "BadPath"
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return 403, "MissingProviderToken"
        try:
            header, claims, signed, signature = token_parts(token)
            if len(signature) != 64:
                raise ValueError("a signature is r and s")
            whole = encode_dss_signature(
                int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
            self.key.public_key().verify(whole, signed, ec.ECDSA(hashes.SHA256()))
        except (ValueError, InvalidSignature):
            return 403, "InvalidProviderToken"
        if header != {"alg": "ES256", "kid": self.KEY_ID, "typ": "JWT"} or claims["iss"] != self.TEAM:
            return 403, "InvalidProviderToken"
        if not -60 <= time.time() - claims["iat"] <= 3600:
            return 403, "ExpiredProviderToken"
        self.tokens.add(token)
        if headers.get("apns-topic") != self.TOPIC:
            return 400, "BadTopic"
        content = json.loads(body)
        is_background = content["aps"] == {"content-available": 1}
        if is_background != (headers.get("apns-push-type") == "background"):
            return 400, "InvalidPushType"
        if is_background and headers.get("apns-priority") != "5":
            return 400, "BadPriority"
        if int(headers.get("apns-expiration", 0)) <= time.time():
            return 400, "BadExpirationDate"
        answers = self.answers.get(headers[":path"].rpartition("/")[2], [(200, None)])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def close(self):
        self.listener.close()


class Google:
    """FCM v1 and the token service before it, on one port."""

    PROJECT, EMAIL, KEY_ID = "phones-1", "node@phones-1.example", "key-1"
    SCOPE = "https://www.googleapis.com/auth/firebase.messaging"

    def __init__(self, certificate):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.answers, self.issued, self.valid, self.lifetime = {}, 0, None, 3599
        self.messages, self.refusals = [], []
        self.server = Server(self.take, certificate=certificate)
        self.port = self.server.port
        self.address = f"https://localhost:{self.port}"

    def account(self):
        return json.dumps({
            "type": "service_account", "project_id": self.PROJECT, "client_email": self.EMAIL,
            "private_key_id": self.KEY_ID, "private_key": pem(self.key),
            "token_uri": self.address + "/token"})

    def take(self, path, body):
        headers = self.server.requests[-1][2]
        return self.grant(body, headers) if path == "/token" else self.send(path, body, headers)

    def grant(self, body, headers):
        form = urllib.parse.parse_qs(body.decode())
        problem = None
        try:
            header, claims, signed, signature = token_parts(form["assertion"][0])
            self.key.public_key().verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
            expected = {"iss": self.EMAIL, "scope": self.SCOPE, "aud": self.address + "/token"}
            if any(claims[name] != value for name, value in expected.items()):
                problem = f"claims {claims}"
            if header != {"alg": "RS256", "kid": self.KEY_ID, "typ": "JWT"}:
                problem = f"header {header}"
            if claims["exp"] - claims["iat"] > 3600 or abs(time.time() - claims["iat"]) > 60:
                problem = "times"
        except (KeyError, ValueError, InvalidSignature) as error:
            problem = repr(error)
        if form.get("grant_type") != ["urn:ietf:params:oauth:grant-type:jwt-bearer"]:
            problem = "grant_type"
        if headers.get("content-type") != "application/x-www-form-urlencoded":
            problem = "content-type"
        if problem:
            self.refusals.append(problem)
            return 400, b'{"error": "invalid_grant"}'
        self.issued += 1
        self.valid = f"ya29.{'x' * 900}{self.issued}"
        return 200, json.dumps({"access_token": self.valid, "expires_in": self.lifetime,
                                "token_type": "Bearer"}).encode()

    def send(self, path, body, headers):
        if path != f"/v1/projects/{self.PROJECT}/messages:send":
            return self.error(404, "NOT_FOUND")
        if headers.get("authorization") != f"Bearer {self.valid}":
            return self.error(401, "UNAUTHENTICATED")
        message = json.loads(body)["message"]
        self.messages.append(message)
        answers = self.answers.get(message["token"], [(200, None)])
        status, code = answers.pop(0) if len(answers) > 1 else answers[0]
        if status == 200:
            return 200, b'{"name": "projects/phones-1/messages/1"}'
        return self.error(status, code, code)

    def error(self, status, word, code=None):
        error = {"code": status, "message": "no", "status": word}
        if code:
            error["details"] = [{
                "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}]
        content = json.dumps({"error": error}).encode()
        return (status, content, ("Retry-After", "2")) if status == 503 else (status, content)

    def close(self):
        self.server.close()
