package org.networkfission.prep.sample;

import java.util.Locale;
import org.networkfission.prep.sample.format.WireWriter;
import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.geometry.Spot;
import org.networkfission.prep.sample.render.Pose;
import org.networkfission.prep.sample.room.Light;
import org.networkfission.prep.sample.room.Room;
import org.networkfission.prep.sample.room.Thing;

/** A trajectory as SceneNet RGB-D's protobuf files describe it. */
final class TrajectoryMessage {
  /** The field of the root message that holds each trajectory. */
  static final int TRAJECTORIES_FIELD = 1;

  private static final float SHUTTER_SECONDS = 1 / 60f;
  private static final int SPHERE = 1;
  private static final int PARALLELOGRAM = 2;

  private TrajectoryMessage() {}

  static WireWriter of(Scene scene, String renderPath) {
    Room room = scene.room();
    WireWriter message = new WireWriter();
    message.message(
        1,
        new WireWriter()
            .integer(1, room.type().number())
            .text(2, "procedural/" + room.type().name().toLowerCase(Locale.ROOT)));
    // The background, which has no kind, is listed first, as published.
    message.message(2, new WireWriter().integer(1, 0).text(3, "background").integer(4, 1));
    for (Thing thing : room.things()) {
      message.message(2, instance(room, thing));
    }
    for (View view : scene.views()) {
      message.message(
          3,
          new WireWriter()
              .integer(1, view.frame())
              .message(2, pose(view.open(), view.seconds()))
              .message(3, pose(view.close(), view.seconds() + SHUTTER_SECONDS)));
    }
    return message.text(4, renderPath);
  }

  private static WireWriter instance(Room room, Thing thing) {
    WireWriter instance =
        new WireWriter()
            .integer(1, thing.id())
            .text(2, thing.wordnetId())
            .text(3, thing.english())
            .integer(4, thing.kind().number());
    if (thing.kind() == Thing.Kind.LIGHT_OBJECT) {
      room.lights().stream()
          .filter(light -> light.thing() == thing.id())
          .forEach(light -> instance.message(5, light(light)));
    }
    return instance;
  }

  private static WireWriter light(Light light) {
    Rgb power = light.power();
    Spot centre = light.centre();
    return new WireWriter()
        .integer(1, light.window() ? PARALLELOGRAM : SPHERE)
        .message(
            2,
            new WireWriter()
                .real(1, (float) power.r())
                .real(2, (float) power.g())
                .real(3, (float) power.b()))
        .message(3, position((float) centre.x(), (float) centre.y(), (float) centre.z()))
        .real(4, (float) light.halfWidth());
  }

  private static WireWriter pose(Pose pose, float seconds) {
    return new WireWriter()
        .message(1, position(pose.x(), pose.y(), pose.z()))
        .message(2, position(pose.lookX(), pose.lookY(), pose.lookZ()))
        .real(3, seconds);
  }

  private static WireWriter position(float x, float y, float z) {
    return new WireWriter().real(1, x).real(2, y).real(3, z);
  }
}
