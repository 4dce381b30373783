package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hears from the system that something in a directory has changed, or that the directory itself was
 * replaced. It may hear of nothing, where the system does not tell; so others must look by
 * themselves too.
 */
final class DirectoryWatch implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(DirectoryWatch.class.getName());

  private static final WatchEvent.Kind<?>[] KINDS = {
    StandardWatchEventKinds.ENTRY_CREATE,
    StandardWatchEventKinds.ENTRY_MODIFY,
    StandardWatchEventKinds.ENTRY_DELETE
  };

  private final Path directory;
  private final List<Path> watched;
  private final Runnable onChange;
  private final @Nullable WatchService service;

  /** Only touched by who renews. */
  private final Map<Path, WatchKey> keys = new HashMap<>();

  private DirectoryWatch(
      Path directory, List<Path> watched, @Nullable WatchService service, Runnable onChange) {
    this.directory = directory;
    this.watched = watched;
    this.service = service;
    this.onChange = onChange;
  }

  /** Watches a directory, its parent for what becomes of its name, and folders in it. */
  static DirectoryWatch of(Path directory, Path folder, Runnable onChange) {
    Path parent = directory.getParent();
    List<Path> watched =
        parent == null ? List.of(directory, folder) : List.of(parent, directory, folder);
    return new DirectoryWatch(directory, watched, service(directory), onChange);
  }

  /** One that hears of nothing. */
  static DirectoryWatch none(Path directory) {
    return new DirectoryWatch(directory, List.of(), null, () -> {});
  }

  private static @Nullable WatchService service(Path directory) {
    try {
      return directory.getFileSystem().newWatchService();
    } catch (IOException | UnsupportedOperationException e) {
      LOGGER.log(
          Level.WARNING, "no news of changed files, which are looked at from time to time", e);
      return null;
    }
  }

  void start(DaemonThreads threads) {
    if (service != null) {
      threads.newThread(() -> run(service)).start();
    }
  }

  private void run(WatchService service) {
    try {
      while (true) {
        WatchKey key = service.take();
        boolean isOurs = isOurs(key);
        boolean isGone = !key.reset();
        if (isOurs || isGone) {
          onChange.run();
        }
      }
    } catch (ClosedWatchServiceException | InterruptedException e) {
      // The end.
    }
  }

  /** What happens beside the directory is none of our business. */
  private boolean isOurs(WatchKey key) {
    boolean isParent = key.watchable().equals(directory.getParent());
    boolean isOurs = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      isOurs |= !isParent || event.context() == null || isNameOf(event.context());
    }
    return isOurs;
  }

  private boolean isNameOf(Object name) {
    return name.equals(directory.getFileName());
  }

  /** Watches what is there now, which may be other directories than before. */
  void renew() {
    if (service == null) {
      return;
    }
    for (Path path : watched) {
      @Nullable WatchKey before = keys.remove(path);
      @Nullable WatchKey now = register(service, path);
      if (before != null && !before.equals(now)) {
        before.cancel();
      }
      if (now != null) {
        keys.put(path, now);
      }
    }
  }

  private static @Nullable WatchKey register(WatchService service, Path path) {
    try {
      return Files.isDirectory(path) ? path.register(service, KINDS) : null;
    } catch (IOException | ClosedWatchServiceException e) {
      return null;
    }
  }

  @Override
  public void close() {
    if (service == null) {
      return;
    }
    try {
      service.close();
    } catch (IOException e) {
      LOGGER.log(Level.WARNING, "the watch of " + directory + " could not be closed", e);
    }
  }
}
