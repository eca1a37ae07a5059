package io.katapult.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katapult.client.model.Colour;
import io.katapult.client.model.NewPlant;
import io.katapult.client.model.Plant;
import io.katapult.client.model.PlantChange;
import io.katapult.client.model.PlantPage;
import io.katapult.client.model.PlantRemoval;
import io.katapult.client.model.PlantState;
import io.katapult.extensions.rules.ParameterException;
import io.katapult.mock.Answers;
import io.katapult.mock.Exchange;
import io.katapult.mock.MockApi;
import io.katapult.mock.PrismExtension;
import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.ApiResponse;
import io.katapult.extensions.Bed;
import io.katapult.extensions.CreatePlantRequest;
import io.katapult.extensions.DeletePlantRequest;
import io.katapult.extensions.GetPlantLabelRequest;
import io.katapult.extensions.GetPlantRequest;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListPlantsRequest;
import io.katapult.extensions.RetryPolicy;
import io.katapult.extensions.UpdatePlantRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls each kind of operation of the growth spec on its mock. */
@ExtendWith(PrismExtension.class)
class GrowthTest {
  private static final RetryPolicy QUICK =
      RetryPolicy.DEFAULT.waits(Duration.ofMillis(1), Duration.ofMillis(1)).deadline(Duration.ofSeconds(60));

  private static List<String> targets(MockApi api) {
    return api.exchanges().stream().map(exchange -> exchange.method() + " " + exchange.target()).toList();
  }

  @Test
  void listsAllItemsOfASecondList(KatapultClient katapult) {
    assertThat(katapult.plants().all(new ListPlantsRequest().perPage(2)))
        .extracting(Plant::id)
        .containsExactly("plant_1", "plant_2", "plant_3");
  }

  @Test
  void listsItemsWithoutAnId(KatapultClient katapult) {
    assertThat(katapult.colours().all()).extracting(Colour::name).containsExactly("green", "green", "red", "green");
  }

  @Test
  void sendsRowsAndExclusiveParameters(MockApi api) {
    try (KatapultClient katapult = api.client().build()) {
      ListPlantsRequest request =
          new ListPlantsRequest().bed(Bed.row(3)).label("a", "x y", 1).label("b", "z", 2).height(-5L).page(2);
      PlantPage page = katapult.plants().list(request).body();

      assertThat(page.pagination().currentPage()).isEqualTo(2);
      assertThat(targets(api))
          .singleElement()
          .asString()
          .endsWith(
              "?organization%5Bsub_domain%5D=acme&bed%5Brow%5D=3&labels%5B%5D%5Bname%5D=a&labels%5B%5D%5Btext%5D=x%20y"
                  + "&labels%5B%5D%5Bweight%5D=1&labels%5B%5D%5Bname%5D=b&labels%5B%5D%5Btext%5D=z"
                  + "&labels%5B%5D%5Bweight%5D=2&height=-5&page=2");
    }
  }

  @Test
  void rejectsInvalidParametersImmediately() {
    assertThatThrownBy(() -> Bed.row(10)).isInstanceOf(ParameterException.class).hasMessageContaining("at most 9");
    assertThatThrownBy(() -> Bed.id("")).isInstanceOf(ParameterException.class);
    assertThatThrownBy(() -> new ListPlantsRequest().height(301L)).isInstanceOf(ParameterException.class);
    assertThatThrownBy(() -> new GetPlantRequest("ab"))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("plant_id has 2 characters");
  }

  @Test
  void getsByAPathParameter(MockApi api) {
    try (KatapultClient katapult = api.client().build()) {
      Plant plant = katapult.plants().get(new GetPlantRequest("a/b ü")).body();

      assertThat(plant.height()).isEqualTo(12.5f);
      assertThat(plant.notes()).containsEntry("by", "Ann");
      assertThat(plant.state()).isEqualTo(PlantState.GROWING);
      assertThat(plant.failureClass()).isEqualTo("tree");
      assertThat(plant.parent()).isNull();
      assertThat(targets(api)).singleElement().asString().endsWith("/plants/a%2Fb%20%C3%BC");
    }
  }

  @Test
  void sendsABodyAndReadsTheAnswer(MockApi api) {
    NewPlant fir = NewPlant.builder().name("Fir").state(new PlantState("unheard of")).build();
    try (KatapultClient katapult = api.client().build()) {
      assertThatThrownBy(() -> katapult.plants().create(new CreatePlantRequest(fir)))
          .as("the client sends a state that is not in the spec, and Prism rejects it")
          .isInstanceOf(RuntimeException.class);
      NewPlant growing = NewPlant.builder().name("Fir").state(PlantState.GROWING).build();
      ApiResponse<Plant> created = katapult.plants().create(new CreatePlantRequest(growing));

      assertThat(created.status()).isEqualTo(201);
      assertThat(created.body().name()).isEqualTo("Fir");
    }
  }

  @Test
  void sendsAnOptionalBodyOnlyIfPresent(KatapultClient katapult) {
    PlantChange change = PlantChange.builder().state(PlantState.SLEEPING).build();

    assertThat(katapult.plants().update(new UpdatePlantRequest("plant_1").plantChange(change)).status()).isEqualTo(200);
    assertThat(katapult.plants().update(new UpdatePlantRequest("plant_1")).status()).isEqualTo(200);
  }

  @Test
  void deletesWithARequestBodyAndNoResponseBody(MockApi api) {
    try (KatapultClient katapult = api.client().build()) {
      PlantRemoval removal = removal().reason("ill").build();

      assertThat(katapult.plants().delete(new DeletePlantRequest("plant_1").plantRemoval(removal)).status())
          .isEqualTo(204);
      assertThat(api.exchanges()).extracting(Exchange::method).containsExactly("DELETE");
    }
  }

  private static PlantRemoval.Builder removal() {
    return PlantRemoval.builder().dueAt(Instant.EPOCH).tools(List.of("spade"));
  }

  @Test
  void answersThePredicatesOfAModel() {
    PlantRemoval removal = removal().build();

    assertThat(removal.isDueAt(Instant.EPOCH)).isTrue();
    assertThat(removal.isDueAt(Instant.EPOCH.minusNanos(1))).isFalse();
    assertThat(removal.needsTool("spade")).isTrue();
    assertThat(removal.needsTool("saw")).isFalse();
    assertThat(removal.needsNoTool()).isFalse();
    assertThat(removal().tools(List.of()).build().needsNoTool()).isTrue();
  }

  @Test
  void readsText(KatapultClient katapult) {
    assertThat(katapult.plants().getLabel(new GetPlantLabelRequest("plant_1")).body()).isEqualTo("Oak: water me");
  }

  @Test
  void retriesSafeRequests(@Answers({"down", "plant"}) MockApi api) {
    try (KatapultClient katapult = api.client().retryPolicy(QUICK).build()) {
      assertThat(katapult.plants().get(new GetPlantRequest("plant_1")).attempts()).hasSize(1);
    }
  }

  @Test
  void doesNotRetryAPost(@Answers("service unavailable") MockApi api) {
    NewPlant fir = NewPlant.builder().name("Fir").state(PlantState.GROWING).build();
    try (KatapultClient katapult = api.client().retryPolicy(QUICK).build()) {
      assertThatThrownBy(() -> katapult.plants().create(new CreatePlantRequest(fir)))
          .isInstanceOf(ApiErrorException.ServiceUnavailable.class)
          .hasMessageContaining("not tried again");
      assertThat(api.exchanges()).hasSize(1);
    }
  }

  @Test
  void throwsTheExceptionOfTheStatus(@Answers("not valid") KatapultClient katapult) {
    NewPlant fir = NewPlant.builder().name("Fir").state(PlantState.GROWING).build();

    assertThatThrownBy(() -> katapult.plants().create(new CreatePlantRequest(fir)))
        .isInstanceOfSatisfying(
            ApiErrorException.UnprocessableContent.class,
            failure -> assertThat(failure.detail().errors()).containsExactly("name is taken"));
  }
}
