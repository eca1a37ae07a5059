package com.example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Has no tokens, and reads no parameter. */
final class TokenServer implements AutoCloseable {
  private static final String PAGE =
      "{\"pagination\":{\"current_page\":1,\"total_pages\":0,\"total\":0,\"per_page\":30,\"large_set\":false},"
          + "\"api_tokens\":[]}";
  private final HttpServer http =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private int remaining = 1000;

  TokenServer() throws IOException {
    http.createContext("/core/v1/organizations/organization/api_tokens", this::answer);
    http.start();
  }

  String url() {
    return "http://localhost:" + http.getAddress().getPort() + "/core/v1";
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = PAGE.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.getResponseHeaders().add("X-Request-Id", UUID.randomUUID().toString());
    exchange.getResponseHeaders().add("X-RateLimit-Permitted", "1000");
    exchange.getResponseHeaders().add("X-RateLimit-Remaining", String.valueOf(--remaining));
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
