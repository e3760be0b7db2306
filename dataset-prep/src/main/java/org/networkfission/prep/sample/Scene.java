package org.networkfission.prep.sample;

import java.util.List;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.sample.geometry.SeededRandom;
import org.networkfission.prep.sample.render.Picture;
import org.networkfission.prep.sample.render.Renderer;
import org.networkfission.prep.sample.room.Furnishing;
import org.networkfission.prep.sample.room.Room;
import org.networkfission.prep.sample.room.RoomType;

/**
 * A room and a camera's way through it.
 *
 * @param seed it follows from this
 */
record Scene(Room room, List<View> views, long seed) {
  /**
   * One of a sample's scenes; no room stands in both splits.
   *
   * @param seed the sample's
   * @param index its number within its split
   */
  static Scene of(long seed, int index, boolean train, int views) {
    long own = seed * 1_000_003L + 2L * index + (train ? 0 : 1);
    RoomType[] types = RoomType.values();
    Room room = Furnishing.room(types[index % types.length], own);
    return new Scene(room, CameraPath.plan(room, views, new SeededRandom(~own)), own);
  }

  /** Renders a view; the result depends on nothing else. */
  Picture render(View view, int width, int height, Intrinsics k) {
    return new Renderer(room, width, height, k)
        .render(view.middle(), (int) seed * 7919 + view.frame());
  }
}
