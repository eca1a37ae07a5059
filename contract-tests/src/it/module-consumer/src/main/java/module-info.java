module com.example.modular {
  requires io.katapult.extensions;
  requires jdk.httpserver;
}
