package com.example;

import com.sun.net.httpserver.HttpServer;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/** Lists tokens from a server of its own, and fails if a class is on the class path twice, or that should not be. */
public final class Consumer {
  private static final String PAGE =
      """
      {"pagination": {"current_page": 1, "total_pages": 0, "total": 0, "per_page": 30, "large_set": false},
       "api_tokens": []}
      """;

  public static void main(String[] args) throws Exception {
    for (String name : List.of("okhttp3.OkHttpClient", "okio.Buffer", "retrofit2.Retrofit", "kotlin.Unit")) {
      List<URL> copies =
          Collections.list(Consumer.class.getClassLoader().getResources(name.replace('.', '/') + ".class"));
      System.out.println(name + ": " + copies);
      if (copies.size() != 1) {
        throw new IllegalStateException(name + " is on the class path " + copies.size() + " times");
      }
    }

    for (String name :
        List.of(
            "com.google.gson.Gson",
            "com.fasterxml.jackson.databind.ObjectMapper",
            "com.fasterxml.jackson.annotation.JsonProperty",
            "javax.annotation.Nullable",
            "javax.annotation.Generated",
            "jakarta.annotation.Generated",
            "io.swagger.annotations.ApiModel",
            "io.swagger.v3.oas.annotations.media.Schema",
            "com.squareup.moshi.kotlin.reflect.KotlinJsonAdapterFactory",
            "kotlin.reflect.full.KClasses")) {
      if (Consumer.class.getClassLoader().getResource(name.replace('.', '/') + ".class") != null) {
        throw new IllegalStateException(name + " does not belong on the class path");
      }
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
      ApiTokenPage page = katapult.listApiTokens(ListApiTokensRequest.all()).body();
      System.out.println("listed: " + page);
    } finally {
      server.stop(0);
    }
  }
}
