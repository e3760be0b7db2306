package org.networkfission.model.backend.cuda.plan;

import java.util.ArrayList;
import java.util.List;
import org.networkfission.model.backend.cuda.cudnn.Convolution;
import org.networkfission.model.backend.cuda.cudnn.Problem;
import org.networkfission.model.backend.cuda.driver.Intake;
import org.networkfission.model.backend.cuda.driver.Launch;
import org.networkfission.model.backend.cuda.driver.Launch.Grid;
import org.networkfission.model.backend.cuda.memory.Place;

/** One piece of a plan's work. */
sealed interface Step {
  /** What kind of work it is, for measurements. */
  String label();

  /** The places that it uses. */
  List<Place> places();

  /** Puts it in its place. */
  Runnable bind(Binding binding);

  /**
   * One of our kernels.
   *
   * @param arguments numbers, places, and null for an address that is none
   */
  record Kernel(String label, String name, Grid grid, List<Object> arguments) implements Step {
    @Override
    public List<Place> places() {
      return arguments.stream().filter(Place.class::isInstance).map(Place.class::cast).toList();
    }

    @Override
    public Runnable bind(Binding binding) {
      List<Object> values = new ArrayList<>();
      for (Object argument : arguments) {
        if (argument == null) {
          values.add(0L);
        } else {
          values.add(argument instanceof Place place ? binding.address(place) : argument);
        }
      }
      return new Launch(binding.device(), name, grid, values.toArray())::run;
    }
  }

  /** A convolution of cuDNN's. */
  record Convolve(String label, Problem problem, Place input, Place kernel, Place output)
      implements Step {
    @Override
    public List<Place> places() {
      return List.of(input, kernel, output);
    }

    @Override
    public Runnable bind(Binding binding) {
      Convolution convolution =
          new Convolution(
              binding.planner(),
              problem,
              binding.address(input),
              binding.address(kernel),
              binding.address(output),
              binding.workspace());
      binding.onClose(convolution::close);
      return convolution::run;
    }
  }

  /** Sets a place to zeros. */
  record Clear(Place place) implements Step {
    @Override
    public String label() {
      return "clear";
    }

    @Override
    public List<Place> places() {
      return List.of(place);
    }

    @Override
    public Runnable bind(Binding binding) {
      long address = binding.address(place);
      return () -> binding.device().clear(address, place.bytes());
    }
  }

  /**
   * A copy between a place and pinned memory of this machine.
   *
   * @param host the part of the plan's pinned memory
   */
  record Copy(Place place, PlanBuilder.HostPart host, boolean up) implements Step {
    @Override
    public String label() {
      return up ? "upload" : "download";
    }

    @Override
    public List<Place> places() {
      return List.of(place);
    }

    @Override
    public Runnable bind(Binding binding) {
      long address = binding.address(place);
      return up
          ? () -> binding.device().upload(binding.pinned(), host.from(), place.bytes(), address)
          : () -> binding.device().download(address, place.bytes(), binding.pinned(), host.from());
    }
  }

  /** Takes a minibatch that has come. */
  record Take(Place arriving, Place here) implements Step {
    @Override
    public String label() {
      return "minibatch";
    }

    @Override
    public List<Place> places() {
      return List.of(arriving, here);
    }

    @Override
    public Runnable bind(Binding binding) {
      Intake intake = binding.intake(binding.address(arriving), arriving.slot().bytes());
      long to = binding.address(here);
      return () -> intake.take(to);
    }
  }

  /** Work of this machine, after which the device goes on; it waits for what it needs itself. */
  record Host(String label, HostWork work) implements Step {
    @Override
    public List<Place> places() {
      return List.of();
    }

    @Override
    public Runnable bind(Binding binding) {
      return () -> work.run(binding);
    }
  }

  /** What this machine does in the middle of a plan. */
  interface HostWork {
    void run(Binding binding);
  }
}
