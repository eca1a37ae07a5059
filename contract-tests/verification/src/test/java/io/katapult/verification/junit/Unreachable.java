package io.katapult.verification.junit;

import io.katapult.verification.VerificationSettings;

/** Not a test by its name: {@link ServerContractTest} runs it. */
class Unreachable extends ServerContract {
  @Override
  protected VerificationSettings server() {
    return VerificationSettings.of("http://127.0.0.1:1", "key-of-nobody", "acme");
  }
}
