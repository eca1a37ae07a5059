package com.example.modular;

import com.sun.net.httpserver.HttpServer;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Lists tokens from a server of its own, as a named module. */
public final class ModularConsumer {
  private static final String PAGE =
      """
      {"pagination": {"current_page": 1, "total_pages": 0, "total": 0, "per_page": 30, "large_set": false},
       "api_tokens": []}
      """;

  public static void main(String[] args) throws Exception {
    if (!KatapultClient.class.getModule().isNamed()) {
      throw new IllegalStateException("The SDK is not on the module path");
    }
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = PAGE.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try (KatapultClient katapult =
        KatapultClient.builder()
            .apiKey("consumer")
            .organization(Organization.subDomain("acme"))
            .baseUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .build()) {
      System.out.println("listed: " + katapult.listApiTokens(ListApiTokensRequest.all()).body());
    } finally {
      server.stop(0);
    }
  }
}
