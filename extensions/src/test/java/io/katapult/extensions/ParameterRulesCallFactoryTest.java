package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.katapult.extensions.growth.PlantsApi;
import io.katapult.extensions.rules.ParameterException;
import io.katapult.extensions.rules.ParameterRulesCallFactory;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.QueueDispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import retrofit2.Call;
import retrofit2.Callback;
import retrofit2.Retrofit;

/** An operation of a spec that the extensions have never seen, generated from {@code growth.yaml}. */
class ParameterRulesCallFactoryTest {
  private final MockWebServer server = new MockWebServer();
  private final OkHttpClient http = new OkHttpClient();
  private PlantsApi plants;

  @BeforeEach
  void start() throws IOException {
    // Answers a request that nobody expects with 404, not with silence.
    QueueDispatcher dispatcher = new QueueDispatcher();
    dispatcher.setFailFast(true);
    server.setDispatcher(dispatcher);
    server.start();
    plants =
        new Retrofit.Builder()
            .baseUrl(server.url("/v1/"))
            .callFactory(new ParameterRulesCallFactory(http))
            .build()
            .create(PlantsApi.class);
  }

  @AfterEach
  void stop() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
    server.close();
  }

  @Test
  void ordersTheRowsOfEachTableInTheColumnsOrderOfTheSpec() throws Exception {
    server.enqueue(new MockResponse.Builder().code(204).build());

    plants
        .listPlants(
            "p1", List.of("red", "blue"), null, null, List.of("clay", "sand"), List.of(3, 4), List.of(1, 2),
            List.of("x", "y"), 7L)
        .execute();

    assertThat(server.takeRequest().getUrl().query())
        .isEqualTo(
            "id=p1"
                + "&beds[][row]=1&beds[][column]=3&beds[][soil]=clay"
                + "&beds[][row]=2&beds[][column]=4&beds[][soil]=sand"
                + "&tags[][name]=x&tags[][colour]=red&tags[][name]=y&tags[][colour]=blue"
                + "&height=7");
  }

  @Test
  void rejectsTwoOfThreeExclusiveParameters() {
    ParameterException exception =
        rejected(plants.listPlants("p1", null, null, "label", null, null, null, null, 7L));

    assertThat(exception.rule()).isEqualTo("mutuallyExclusive");
    assertThat(exception.parameters()).containsExactly("id", "plant[label]");
    assertThat(exception).hasMessage("id and plant[label] exclude each other, but 2 are given: give only one");
  }

  @Test
  void rejectsAllOfThreeExclusiveParameters() {
    assertThat(rejected(plants.listPlants("p1", null, "name", "label", null, null, null, null, 7L)).parameters())
        .containsExactly("id", "plant[name]", "plant[label]");
  }

  @Test
  void rejectsColumnsOfDifferentLength() {
    ParameterException exception =
        rejected(
            plants.listPlants(
                null, null, null, null, List.of("clay"), List.of(3, 4), List.of(1, 2), null, 7L));

    assertThat(exception.rule()).isEqualTo("rows");
    assertThat(exception.parameters()).containsExactly("beds[][row]", "beds[][column]", "beds[][soil]");
    assertThat(exception)
        .hasMessage(
            "beds[][row] has 2, beds[][column] has 2, beds[][soil] has 1: give all of them the"
                + " same number of values");
  }

  @Test
  void rejectsNullElementsThoughAsManyValuesOfEachWouldBeSent() {
    ParameterException exception =
        rejected(
            plants.listPlants(
                null, Arrays.asList("red", null), null, null, null, null, null, Arrays.asList(null, "y"), 7L));

    assertThat(exception.rule()).isEqualTo("nullable");
    assertThat(exception)
        .hasMessage("tags[][colour] at index 1 is null: give it a value, or leave the whole row out");
  }

  @Test
  void rejectsNumbersBeyondTheirBoundsAndTakesTheBoundsThemselves() throws IOException {
    assertThat(rejected(plants.listPlants(null, null, null, null, null, null, null, null, -6L)))
        .hasMessage("height is -6: give at least -5");
    assertThat(rejected(plants.listPlants(null, null, null, null, null, null, null, null, 301L)))
        .hasMessage("height is 301: give at most 300");

    for (long bound : new long[] {-5, 300}) {
      server.enqueue(new MockResponse.Builder().code(204).build());
      assertThat(plants.listPlants(null, null, null, null, null, null, null, null, bound).execute().code())
          .isEqualTo(204);
    }
  }

  @Test
  void leavesTheListsOfTheCallerAlone() throws IOException {
    server.enqueue(new MockResponse.Builder().code(204).build());
    List<String> colours = List.of("red", "blue");
    List<String> names = Arrays.asList("x", "y");

    plants.listPlants(null, colours, null, null, null, null, null, names, 7L).execute();

    assertThat(names).containsExactly("x", "y");
  }

  @Test
  void reportsABrokenRuleToTheCallbackAndTheDispatcherGoesOn() throws Exception {
    for (int i = 0; i < 100; i++) {
      assertThat(outcome(plants.listPlants("p1", null, "name", null, null, null, null, null, 7L)))
          .isInstanceOf(ParameterException.class);
    }
    server.enqueue(new MockResponse.Builder().code(204).build());

    assertThat(outcome(plants.listPlants("p1", null, null, null, null, null, null, null, 7L))).isEqualTo(204);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aRejectedCallIsRejectedAgainWhenItIsCloned() {
    Call<Void> call = plants.listPlants("p1", null, "name", null, null, null, null, null, 7L);

    assertThatThrownBy(call::execute).isInstanceOf(ParameterException.class);
    assertThatThrownBy(call.clone()::execute).isInstanceOf(ParameterException.class);
  }

  /** Other call factories may have changed the URL. */
  @Test
  void readsNoParametersFromAFragment() {
    Request columns =
        new Retrofit.Builder().baseUrl(server.url("/v1/")).build().create(PlantsApi.class)
            .listPlants("p 1", List.of("r", "b"), null, null, List.of(), List.of(), List.of(), List.of("x", "y"), 7L)
            .request();
    HttpUrl url = columns.url().newBuilder().encodedFragment("a&tags%5B%5D%5Bname%5D=z").build();

    HttpUrl sent = new ParameterRulesCallFactory(http).newCall(columns.newBuilder().url(url).build()).request().url();

    assertThat(sent.encodedQuery())
        .isEqualTo(
            "id=p%201&tags%5B%5D%5Bname%5D=x&tags%5B%5D%5Bcolour%5D=r"
                + "&tags%5B%5D%5Bname%5D=y&tags%5B%5D%5Bcolour%5D=b&height=7");
  }

  @Test
  void passesRequestsThatDoNotComeFromRetrofit() throws IOException {
    server.enqueue(new MockResponse.Builder().code(204).build());
    Request request = new Request.Builder().url(server.url("/v1/plants?id=1&plant[name]=2")).build();

    try (Response response = new ParameterRulesCallFactory(http).newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(204);
    }
  }

  private ParameterException rejected(Call<Void> call) {
    ParameterException exception = catchThrowableOfType(ParameterException.class, call::execute);
    assertThat(server.getRequestCount()).isZero();
    return exception;
  }

  /** The status, or what the callback was told. */
  private static Object outcome(Call<Void> call) throws Exception {
    CompletableFuture<Object> outcome = new CompletableFuture<>();
    call.enqueue(
        new Callback<>() {
          @Override
          public void onResponse(Call<Void> sent, retrofit2.Response<Void> response) {
            outcome.complete(response.code());
          }

          @Override
          public void onFailure(Call<Void> sent, Throwable t) {
            outcome.complete(t);
          }
        });
    return outcome.get(10, TimeUnit.SECONDS);
  }
}
