module com.example.modular {
  requires io.katapult.extensions;
}
