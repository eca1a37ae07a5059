package com.example;

import io.katapult.verification.VerificationSettings;
import io.katapult.verification.junit.ServerContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class ContractTest extends ServerContract {
  private TokenServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TokenServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected VerificationSettings server() {
    return VerificationSettings.of(server.url(), "key-of-the-implementer", "acme");
  }
}
