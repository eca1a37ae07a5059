package io.katapult.contract.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The files of the repository, without the folders that {@code .gitignore} names. */
final class Repository {
  static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  private static final List<String> IGNORED_FOLDERS =
      read(ROOT.resolve(".gitignore")).lines().filter(line -> line.endsWith("/")).toList();

  private Repository() {}

  /** The files whose names end so. */
  static List<Path> files(String end) {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          ROOT,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              boolean skipped = isIgnored(folder) || folder.endsWith(".git");
              return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (file.toString().endsWith(end)) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** Whether the file is in an ignored folder, or is one. */
  static boolean isIgnored(Path file) {
    String path = "/" + ROOT.relativize(file).toString().replace('\\', '/') + "/";
    return IGNORED_FOLDERS.stream()
        .anyMatch(ignored -> ignored.startsWith("/") ? path.startsWith(ignored) : path.contains("/" + ignored));
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a source has the imports of the code and, however indented, the code after them. */
  static boolean contains(String source, String code) {
    List<String> imports = code.lines().takeWhile(line -> line.isEmpty() || line.startsWith("import ")).toList();
    String rest = code.lines().skip(imports.size()).collect(Collectors.joining("\n"));
    return source.lines().toList().containsAll(imports) && unindented(source).contains(unindented(rest));
  }

  private static String unindented(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n"));
  }
}
