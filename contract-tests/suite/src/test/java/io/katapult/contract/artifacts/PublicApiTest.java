package io.katapult.contract.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each module has its public API in api.txt, so that a review shows what changes for users. */
class PublicApiTest {
  @ParameterizedTest
  @CsvSource({
    "../../generated-client, io.katapult.client.SdkVersion",
    "../../extensions, io.katapult.extensions.KatapultClient",
    "../mock, io.katapult.mock.MockApi",
    "../verification, io.katapult.verification.ServerVerification"
  })
  void isAsReviewed(Path module, Class<?> member) throws ReflectiveOperationException, IOException {
    Path reviewed = module.resolve("api.txt");
    String api = String.join("\n", PublicApi.ofModuleWith(member)) + "\n";
    if (Boolean.getBoolean("api.accept")) {
      Files.writeString(reviewed, api);
    }

    assertThat(reviewed)
        .as("api.txt, the public API as it was reviewed. Is what the code has now what you want users to see? Then run"
            + " `mvn verify -Dapi.accept`, which writes it there, and commit it with the change")
        .hasContent(api);
  }
}
