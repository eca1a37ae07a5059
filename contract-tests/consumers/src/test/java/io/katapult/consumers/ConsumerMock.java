package io.katapult.consumers;

import io.katapult.mock.PrismMock;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The mock that a project in {@code src/it} lists tokens from; its {@code prebuild.bsh} starts it. */
public final class ConsumerMock {
  private ConsumerMock() {}

  /** Starts a mock, and hands its base URL to the project's builds as the property {@code katapult.baseUrl}. */
  public static PrismMock start(File project) throws IOException {
    Path directory = project.toPath();
    // Prism is installed there already.
    Path prism = directory.resolve("../../../../mock/target/katapult-prism").normalize();
    System.setProperty("katapult.prism.directory", prism.toString());
    PrismMock mock = PrismMock.start();
    Files.writeString(directory.resolve("test.properties"), "katapult.baseUrl=" + mock.baseUrl());
    return mock;
  }
}
