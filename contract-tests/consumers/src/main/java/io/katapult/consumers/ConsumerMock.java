package io.katapult.consumers;

import io.katapult.mock.PrismMock;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Starts the mock for a project in {@code src/it}, called by its {@code prebuild.bsh}. */
public final class ConsumerMock {
  private ConsumerMock() {}

  /** Starts a mock and passes its base URL to the project's builds as the property {@code katapult.baseUrl}. */
  public static PrismMock start(File project) throws IOException {
    Path directory = project.toPath();
    // Prism is already installed there.
    Path prism = directory.resolve("../../../../mock/target/katapult-prism").normalize();
    System.setProperty("katapult.prism.directory", prism.toString());
    PrismMock mock = PrismMock.start();
    Files.writeString(directory.resolve("test.properties"), "katapult.baseUrl=" + mock.baseUrl());
    return mock;
  }
}
