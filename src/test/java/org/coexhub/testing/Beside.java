package org.coexhub.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Calls something on a thread of its own. The pool that {@link CompletableFuture} takes otherwise has one thread on two
 * cores, for all tests together: what is meant to happen at the same time would happen in turn, or behind a test that
 * waits.
 */
public final class Beside {

    private Beside() {}

    /** @return fails with what the call throws */
    public static <T> CompletableFuture<T> call(Callable<T> call) {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform()
                .daemon()
                .name("beside-test")
                .start(
                        () -> {
                            try {
                                result.complete(call.call());
                            } catch (Throwable e) {
                                result.completeExceptionally(e);
                            }
                        });
        return result;
    }
}
