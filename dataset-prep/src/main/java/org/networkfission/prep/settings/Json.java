package org.networkfission.prep.settings;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/**
 * The product's JSON mapper. Where a kind of file needs another way of writing (indented, or
 * without absent values), it takes a copy or a writer of these.
 */
public final class Json {
  /** Reads and writes JSON; nobody changes its settings. */
  public static final ObjectMapper MAPPER = new ObjectMapper();

  /** The same, for files that people read. */
  public static final ObjectMapper INDENTED =
      MAPPER.copy().enable(SerializationFeature.INDENT_OUTPUT);

  private Json() {}
}
