package org.networkfission.prep.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** This product, as its outputs name it. */
public final class Product {
  /** The version that Maven built, e.g. {@code 0.1.0}. */
  public static final String VERSION = version();

  private Product() {}

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in =
        Product.class.getResourceAsStream("/org/networkfission/product.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
