package io.katapult.verification;

import static io.katapult.verification.StandInServer.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.katapult.verification.StandInServer.Answer;
import io.katapult.verification.StandInServer.Asked;
import io.katapult.verification.StandInServer.Token;
import io.katapult.verification.StandInServer.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okhttp3.Headers;
import okio.Buffer;
import okio.ByteString;
import okio.GzipSink;
import okio.Okio;

/** Servers that conform to the spec, each in another way. */
final class RightServers {
  private static final JsonMapper JSON = new JsonMapper();
  private final List<Right> all = new ArrayList<>();

  /** A right server. It is made anew for each run, because some count. */
  record Right(String name, Supplier<Variant> variant) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Right> all() {
    RightServers servers = new RightServers();
    servers.data();
    servers.bodies();
    servers.headers();
    servers.transport();
    servers.limits();
    servers.changing();
    servers.reading();
    return servers.all;
  }

  private void add(String name, Supplier<Variant> variant) {
    all.add(
        new Right(
            name,
            () -> {
              Variant made = variant.get();
              made.name = name;
              return made;
            }));
  }

  private void with(String name, Consumer<Variant> settings) {
    add(
        name,
        () -> {
          Variant variant = new Variant();
          settings.accept(variant);
          return variant;
        });
  }

  private void answer(String name, UnaryOperator<Answer> change) {
    add(
        name,
        () ->
            new Variant() {
              @Override
              Answer answer(Asked asked, Answer answer) {
                return change.apply(answer);
              }
            });
  }

  private void body(String name, Consumer<ObjectNode> change) {
    answer(
        name,
        answer -> {
          if (answer.bytes() != null) {
            return answer;
          }
          ObjectNode body = answer.json().deepCopy();
          change.accept(body);
          return answer.json(body);
        });
  }

  private void token(String name, Consumer<ObjectNode> change) {
    body(name, body -> body.path("api_tokens").forEach(token -> change.accept((ObjectNode) token)));
  }

  private void data() {
    with("the real server", variant -> {});
    for (int count : List.of(0, 1, 2, 3, 7, 14, 15, 30, 31, 99, 100, 101, 250, 500, 501, 1200)) {
      with(Probe.counted(count, "token"), variant -> tokens(variant, count));
    }
    for (int count : List.of(0, 1, 16, 100, 501)) {
      with(
          "a large set of " + count,
          variant -> {
            tokens(variant, count);
            variant.isLargeSet = true;
          });
    }
    with("no annotation is given", variant -> variant.annotations = "");
    with(
        "no token has an annotation",
        variant -> {
          variant.annotations = "";
          variant.tokens =
              StandInServer.tokens(16).stream()
                  .map(token -> new Token(token.id(), token.name(), Map.of()))
                  .toList();
        });
    with(
        "all tokens have the annotations",
        variant ->
            variant.tokens =
                StandInServer.tokens(16).stream()
                    .map(
                        token ->
                            new Token(
                                token.id(),
                                token.name(),
                                Map.of("environment", "production", "team name", "R+D Zürich")))
                    .toList());
    with(
        "the newest token first",
        variant -> {
          variant.tokens = new ArrayList<>(StandInServer.tokens(16));
          Collections.reverse(variant.tokens);
        });
    with(
        "tokens of the same name",
        variant ->
            variant.tokens =
                StandInServer.tokens(16).stream()
                    .map(token -> new Token(token.id(), "same", token.annotations()))
                    .toList());
  }

  private static void tokens(Variant variant, int count) {
    variant.tokens = StandInServer.tokens(count);
    // The others begin with the second and third token.
    variant.annotations =
        count < 2 ? "" : count < 3 ? "environment=production" : variant.annotations;
  }

  private void bodies() {
    answer(
        "properties in another order",
        answer -> answer.bytes() != null ? answer : answer.json(reversed(answer.json())));
    body(
        "more properties everywhere",
        body -> {
          body.put("more", 1);
          body.properties()
              .forEach(
                  field -> {
                    if (field.getValue() instanceof ObjectNode object) {
                      object.put("more", 1);
                    }
                  });
          body.path("api_tokens")
              .forEach(token -> ((ObjectNode) token).putObject("more").put("even", true));
        });
    answer(
        "pretty JSON",
        answer ->
            answer.bytes() != null ? answer : answer.text(answer.json().toPrettyString() + "\r\n"));
    answer(
        "JSON with escapes",
        answer -> answer.bytes() != null ? answer : answer.text(escaped(answer.json().toString())));
    token(
        "null wherever it is allowed",
        token -> token.putNull("organization_id").putNull("expires_at"));
    token("expired long ago", token -> token.put("expires_at", 0));
    token("expires in the year 9999", token -> token.put("expires_at", 253402300799L));
    token(
        "no addresses and no scopes",
        token -> {
          token.putArray("authorized_ip_addresses");
          token.putArray("scopes");
        });
    token(
        "all kinds of addresses",
        token ->
            List.of("0.0.0.0/0", "::/0", "::ffff:192.0.2.1", "10.0.0.0/8")
                .forEach(((ArrayNode) token.get("authorized_ip_addresses"))::add));
    token(
        "unknown scopes",
        token -> ((ArrayNode) token.get("scopes")).add("quantum_teleports:write"));
    token("a rate limit of 0", token -> token.put("rate_limit", 0));
    token("names in any script", token -> token.put("name", "🔑 \u0000 \u2028 مفتاح"));
    body(
        "errors without descriptions",
        body -> {
          if (body.has("error")) {
            ((ObjectNode) body.get("error")).putNull("description");
          }
        });
    body(
        "errors with more details",
        body -> {
          if (body.has("error")) {
            ((ObjectNode) body.at("/error/detail"))
                .put("help", "https://example.com")
                .put("details", "more");
          }
        });
  }

  private static String escaped(String json) {
    StringBuilder escaped = new StringBuilder();
    json.chars()
        .forEach(
            c -> escaped.append(c < 0x7f ? String.valueOf((char) c) : String.format("\\u%04x", c)));
    return escaped.toString();
  }

  private static JsonNode reversed(JsonNode node) {
    if (node instanceof ArrayNode array) {
      ArrayNode copy = JSON.createArrayNode();
      array.forEach(element -> copy.add(reversed(element)));
      return copy;
    }
    if (!(node instanceof ObjectNode)) {
      return node;
    }
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    Collections.reverse(names);
    ObjectNode copy = object();
    names.forEach(name -> copy.set(name, reversed(node.get(name))));
    return copy;
  }

  private void headers() {
    answer("no ETag", answer -> answer.header("ETag", null));
    answer(
        "strong ETags",
        answer -> {
          String etag = answer.headers().get("ETag");
          return etag == null ? answer : answer.header("ETag", etag.substring("W/".length()));
        });
    add(
        "ETags without 304",
        () ->
            new Variant() {
              @Override
              Asked ask(Asked asked) {
                return new Asked(
                    asked.method(),
                    asked.path(),
                    asked.query(),
                    asked.headers().newBuilder().removeAll("If-None-Match").build());
              }
            });
    answer("no Cache-Control", answer -> answer.header("Cache-Control", null));
    for (String directives :
        List.of("no-store", "private, no-cache", "no-cache, max-age=60", "max-age=0")) {
      answer("Cache-Control " + directives, answer -> answer.header("Cache-Control", directives));
    }
    answer("a charset", answer -> typed(answer, "application/json; charset=utf-8"));
    answer(
        "a charset in capitals and quotes",
        answer -> typed(answer, "Application/JSON;charset=\"UTF-8\""));
    answer("no Date", answer -> answer.header("Date", null));
    answer(
        "names of headers in lower case",
        answer -> {
          Headers.Builder lower = new Headers.Builder();
          answer
              .headers()
              .forEach(
                  header ->
                      lower.add(header.getFirst().toLowerCase(Locale.ROOT), header.getSecond()));
          return new Answer(answer.status(), lower.build(), answer.json(), answer.bytes());
        });
    answer(
        "many other headers",
        answer ->
            answer
                .header("Set-Cookie", "a=b")
                .header("Server", "Puma")
                .header("Strict-Transport-Security", "max-age=63072000")
                .header("Vary", "Accept-Encoding")
                .header("Via", "1.1 proxy"));
    answer("Retry-After with seconds", answer -> answer.header("Retry-After", "30"));
    answer(
        "Retry-After with a date",
        answer -> answer.header("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"));
  }

  private static Answer typed(Answer answer, String type) {
    return answer.headers().get("Content-Type") == null
        ? answer
        : answer.header("Content-Type", type);
  }

  private void transport() {
    send(
        "chunked",
        (response, answer) ->
            answer.status() == 304
                ? response
                : response.chunkedBody(new Buffer().write(answer.body()), 11));
    send("slow", (response, answer) -> response.headersDelay(5, TimeUnit.MILLISECONDS));
    send(
        "a connection for each request",
        (response, answer) ->
            response
                .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
                .addHeader("Connection", "close"));
    add("gzip", Gzip::new);
    add(
        "gzip and chunked",
        () ->
            new Gzip() {
              @Override
              MockResponse.Builder send(MockResponse.Builder response, Answer answer) {
                return answer.status() == 304
                    ? response
                    : response.chunkedBody(new Buffer().write(answer.body()), 50);
              }
            });
    send(
        "Content-Encoding identity",
        (response, answer) -> response.addHeader("Content-Encoding", "identity"));
  }

  private void send(
      String name, BiFunction<MockResponse.Builder, Answer, MockResponse.Builder> change) {
    add(
        name,
        () ->
            new Variant() {
              @Override
              MockResponse.Builder send(MockResponse.Builder response, Answer answer) {
                return change.apply(response, answer);
              }
            });
  }

  /** Compresses where the request accepts it. */
  private static class Gzip extends Variant {
    @Override
    Answer answer(Asked asked, Answer answer) {
      return "gzip".equals(asked.headers().get("Accept-Encoding"))
          ? answer.bytes(zipped(answer.body())).header("Content-Encoding", "gzip")
          : answer;
    }
  }

  private static ByteString zipped(ByteString body) {
    Buffer zipped = new Buffer();
    try (okio.BufferedSink sink = Okio.buffer(new GzipSink(zipped))) {
      sink.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.readByteString();
  }

  private void limits() {
    for (int permitted : List.of(12, 5, 2, 1, 200, 1_000_000)) {
      with(permitted + " requests per minute", variant -> variant.permitted = permitted);
    }
    add(
        "another program uses the same key",
        () -> {
          Variant variant =
              new Variant() {
                @Override
                Answer answer(Asked asked, Answer answer) {
                  int remaining =
                      Integer.parseInt(
                          Objects.requireNonNull(answer.headers().get("X-RateLimit-Remaining")));
                  return answer.header(
                      "X-RateLimit-Remaining",
                      String.valueOf(Math.max(0, 2 * remaining - permitted)));
                }
              };
          variant.permitted = 200;
          return variant;
        });
  }

  private void changing() {
    for (int every : List.of(1, 3, 10, 40)) {
      changing(
          "a token more with each request of " + every,
          every,
          tokens ->
              tokens.add(
                  new Token(
                      "apitoken_new%013d".formatted(tokens.size()),
                      "New",
                      Map.of("environment", "production"))));
      changing(
          "a token less with each request of " + every,
          every,
          tokens -> {
            if (tokens.size() > 10) {
              tokens.remove(tokens.size() / 2);
            }
          });
    }
    changing(
        "a new token at the beginning",
        25,
        tokens ->
            tokens.add(
                0, new Token("apitoken_new%013d".formatted(tokens.size()), "New", Map.of())));
    changing(
        "a token is renamed",
        25,
        tokens ->
            tokens.replaceAll(
                token ->
                    token.id().endsWith("3")
                        ? new Token(token.id(), token.name() + "!", token.annotations())
                        : token));
  }

  private void changing(String name, int every, Consumer<List<Token>> change) {
    add(
        name,
        () -> {
          AtomicInteger count = new AtomicInteger();
          return new Variant() {
            @Override
            synchronized Asked ask(Asked asked) {
              if (count.incrementAndGet() % every == 0) {
                List<Token> changed = new ArrayList<>(tokens);
                change.accept(changed);
                tokens = changed;
              }
              return asked;
            }
          };
        });
  }

  private void reading() {
    with(
        "Rack 3, where semicolons don't separate",
        variant -> variant.parser = query -> RackQuery.parse(query.replace(";", "%3B")));
    query(
        "at most 50 items on a page, and per_page says so",
        query -> query.replaceAll("per_page=([6-9][0-9]|[0-9]{3,})", "per_page=50"));
    query(
        "more than 30 items on a page are refused",
        query -> query.replaceAll("per_page=([4-9][0-9]|[0-9]{3,})", "per_page=0"));
    add(
        "a selection has another order",
        () ->
            new Variant() {
              @Override
              List<Token> select(Asked asked, List<Token> selected) {
                List<Token> reversed = new ArrayList<>(selected);
                Collections.reverse(reversed);
                return asked.has("annotations") ? reversed : selected;
              }
            });
    for (int often : List.of(1, 2)) {
      add(
          "503 comes " + often + " times",
          () -> {
            AtomicInteger count = new AtomicInteger();
            return new Variant() {
              @Override
              Answer answer(Asked asked, Answer answer) {
                int number = count.incrementAndGet();
                return number % 50 == 20 && number / 50 < often ? unavailable(answer) : answer;
              }
            };
          });
    }
    add(
        "a connection ends early once",
        () -> {
          AtomicInteger count = new AtomicInteger();
          return new Variant() {
            @Override
            MockResponse.Builder send(MockResponse.Builder response, Answer answer) {
              return count.incrementAndGet() == 50
                  ? response.onResponseBody(SocketEffect.ShutdownConnection.INSTANCE)
                  : response;
            }
          };
        });
    add(
        "names that are text and array are accepted",
        () ->
            new Variant() {
              @Override
              Asked ask(Asked asked) {
                return asked.withQuery(asked.query().replaceAll("a(%20|\\+)b=1&?", ""));
              }
            });
  }

  private void query(String name, UnaryOperator<String> change) {
    add(
        name,
        () ->
            new Variant() {
              @Override
              Asked ask(Asked asked) {
                return asked.withQuery(change.apply(asked.query()));
              }
            });
  }

  private static Answer unavailable(Answer answer) {
    ObjectNode body = object();
    body.putObject("error")
        .put("code", "service_unavailable")
        .putNull("description")
        .putObject("detail");
    Answer changed = answer.status(503).json(body).header("X-Api-Schema", "json-error");
    return changed.header("ETag", null).header("Retry-After", "1");
  }
}
