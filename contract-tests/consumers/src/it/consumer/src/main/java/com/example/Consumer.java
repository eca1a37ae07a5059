package com.example;

import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import java.net.URL;
import java.util.Collections;
import java.util.List;

/** Lists tokens from the mock. Fails if the class path has duplicate or unwanted classes. */
public final class Consumer {
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
        throw new IllegalStateException(name + " must not be on the class path");
      }
    }

    try (KatapultClient katapult =
        KatapultClient.builder()
            .apiKey("consumer")
            .organization(Organization.subDomain("acme"))
            .baseUrl(args[0])
            .build()) {
      long tokens = katapult.apiTokens().all(new ListApiTokensRequest().perPage(2)).stream().count();
      if (tokens != 5) {
        throw new IllegalStateException("The mock has 5 tokens, but " + tokens + " were listed");
      }
    }
  }
}
