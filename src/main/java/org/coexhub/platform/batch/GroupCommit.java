package org.coexhub.platform.batch;

import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.process.OutOfMemory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Carries out calls that come at the same time in one go, so that they share their statements and their commit. Nothing is
 * waited for: what has come while one go was under way is the next one, so a single call is as fast as it would be alone.
 *
 * <p>A go is all or nothing. If it fails, the calls are carried out one by one, and each fails for its own reason; except
 * where the failure is a {@linkplain PassingFailure passing} one, which meets them all.
 *
 * @param <T> what is asked for
 * @param <R> the answer to one
 */
public final class GroupCommit<T, R> implements AutoCloseable {

    private static final long LOOK_MILLIS = 100;
    private static final long END_MILLIS = 5_000;

    /** Carries out several calls. */
    @FunctionalInterface
    public interface Work<T, R> {
        /**
         * In one transaction.
         *
         * @return an answer for each call, in their order
         */
        List<R> carryOut(List<T> calls);
    }

    private record Call<T, R>(T asked, CompletableFuture<R> answer) {}

    private final BlockingQueue<Call<T, R>> waiting = new LinkedBlockingQueue<>();
    private final Work<T, R> work;
    private final int most;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean open = true;

    /**
     * @param name of its threads
     * @param atOnce how many goes may be under way
     * @param most calls of one go
     */
    public GroupCommit(String name, int atOnce, int most, Work<T, R> work) {
        this.work = work;
        this.most = most;
        for (int i = 1; i <= atOnce; i++) {
            threads.add(Thread.ofPlatform().name(name + "-" + i).daemon().start(this::run));
        }
    }

    /**
     * Returns once the call is carried out.
     *
     * @throws RuntimeException what it failed with
     */
    public R call(T asked) {
        try {
            return submit(asked).join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw e;
            }
        }
    }

    /** As {@link #call}, for callers that do not wait. */
    public CompletableFuture<R> submit(T asked) {
        var call = new Call<T, R>(asked, new CompletableFuture<>());
        waiting.add(call);
        if (!open && waiting.remove(call)) {
            // Nobody may be there any more to take it; whoever has taken it carries it out.
            throw new RejectedExecutionException("the hub stops");
        }
        return call.answer;
    }

    private void run() {
        while (open || !waiting.isEmpty()) {
            try {
                Call<T, R> first = waiting.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    var calls = new ArrayList<Call<T, R>>(List.of(first));
                    waiting.drainTo(calls, most - 1);
                    carryOut(calls);
                }
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    private void carryOut(List<Call<T, R>> calls) {
        try {
            List<R> answers = work.carryOut(calls.stream().map(Call::asked).toList());
            for (int i = 0; i < calls.size(); i++) {
                calls.get(i).answer.complete(answers.get(i));
            }
        } catch (RuntimeException | Error failure) {
            OutOfMemory.endIfCauseOf(failure);
            if (calls.size() == 1 || PassingFailure.isCauseOf(failure)) {
                calls.forEach(call -> call.answer.completeExceptionally(failure));
            } else {
                calls.forEach(call -> carryOut(List.of(call)));
            }
        }
    }

    /** Carries out what has been asked for. Without an interrupt: nobody could tell what it met. */
    @Override
    public void close() {
        open = false;
        try {
            for (Thread thread : threads) {
                thread.join(END_MILLIS);
            }
            for (var left = waiting.poll(); left != null; left = waiting.poll()) {
                left.answer.completeExceptionally(new RejectedExecutionException("the hub stops"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
