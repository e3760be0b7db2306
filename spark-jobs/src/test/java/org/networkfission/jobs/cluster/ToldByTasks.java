package org.networkfission.jobs.cluster;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** The lines of {@link TaskLog} while it is open. */
public final class ToldByTasks implements AutoCloseable {
  private final Logger logger = (Logger) LogManager.getLogger(TaskLog.class);
  private final Level before = logger.getLevel();
  private final Lines lines = new Lines();

  /** Begins to listen. */
  public ToldByTasks() {
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(Level.INFO);
  }

  private static final class Lines extends AbstractAppender {
    private final List<String> told = new CopyOnWriteArrayList<>();

    Lines() {
      super("told-by-tasks", null, null, false, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      told.add(event.getMessage().getFormattedMessage());
    }
  }

  /** What was said. */
  public List<String> lines() {
    return List.copyOf(lines.told);
  }

  @Override
  public void close() {
    logger.removeAppender(lines);
    logger.setLevel(before);
  }
}
