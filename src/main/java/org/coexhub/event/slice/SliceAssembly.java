package org.coexhub.event.slice;

import org.coexhub.event.slice.Outline.Change;
import org.coexhub.event.slice.Outline.Chunk;
import org.coexhub.event.slice.Outline.Contact;
import org.coexhub.event.slice.Outline.Entry;
import org.coexhub.event.slice.Outline.Item;
import org.coexhub.event.slice.Outline.Kind;
import org.coexhub.event.slice.Outline.Scope;
import org.coexhub.event.slice.Outline.Span;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Puts some items of a body back into an envelope like the one they came in. Everything is copied byte for byte; only
 * brackets, commas and the names of lists are written anew. Items keep their order, so a list may occur in several
 * pieces where Meta mixed lists.
 */
public final class SliceAssembly {

    private final byte[] source;
    private final ByteArrayOutputStream out;
    private boolean comma;

    private SliceAssembly(byte[] source) {
        this.source = source;
        this.out = new ByteArrayOutputStream(Math.min(source.length, 16 * 1024));
    }

    public static byte[] of(Outline outline, List<Item> items) {
        SliceAssembly assembly = new SliceAssembly(outline.bytes);
        assembly.body(outline, items);
        return assembly.out.toByteArray();
    }

    private void body(Outline outline, List<Item> items) {
        open('{');
        copyAll(outline.extras);
        list("entry", () -> runs(items, item -> item.entry, this::entry));
        close('}');
    }

    private void entry(List<Item> items) {
        Item first = items.get(0);
        if (first.kind == Kind.STRAY_ENTRY) {
            copy(first.start, first.end);
            return;
        }
        Entry entry = first.entry;
        open('{');
        copyAll(entry.extras);
        list("changes", () -> runs(items, SliceAssembly::value, this::change));
        close('}');
    }

    /** A change may have more than one value in a malformed body; each gets a change of its own. */
    private static Object value(Item item) {
        if (item.scope == null) {
            return item;
        }
        return item.scope.parent == null ? item.scope : item.scope.parent;
    }

    private void change(List<Item> items) {
        Item first = items.get(0);
        if (first.kind == Kind.STRAY_CHANGE) {
            copy(first.start, first.end);
            return;
        }
        Change change = first.change;
        open('{');
        copyAll(change.extras);
        name("value");
        if (first.kind == Kind.VALUE) {
            copy(first.start, first.end);
        } else {
            scope((Scope) value(first), items);
        }
        close('}');
    }

    private void scope(Scope scope, List<Item> items) {
        open('{');
        copyAll(scope.extras);
        Collection<Contact> contacts = contacts(scope, items);
        if (!contacts.isEmpty()) {
            list(
                    "contacts",
                    () -> contacts.forEach(contact -> copy(contact.start(), contact.end())));
        }
        runs(items, item -> member(scope, item), run -> member(scope, run));
        close('}');
    }

    private static Object member(Scope scope, Item item) {
        if (item.scope != scope) {
            return item.scope;
        }
        if (item.member != null && item.chunk == null) {
            return item;
        }
        return item.chunk != null ? Kind.CHUNK : item.kind;
    }

    private void member(Scope scope, List<Item> run) {
        Item first = run.get(0);
        if (first.scope != scope) {
            name("standby");
            scope(first.scope, run);
        } else if (first.chunk != null) {
            list(Kind.CHUNK.list, () -> runs(run, item -> item.chunk, this::chunk));
        } else if (first.member != null) {
            copy(first.member.start(), first.member.end());
        } else {
            list(first.kind.list, () -> run.forEach(item -> copy(item.start, item.end)));
        }
    }

    private void chunk(List<Item> items) {
        Item first = items.get(0);
        if (first.kind == Kind.CHUNK) {
            copy(first.start, first.end);
            return;
        }
        Chunk chunk = first.chunk;
        open('{');
        copyAll(chunk.extras);
        runs(
                items,
                item -> item.kind,
                run -> {
                    if (run.get(0).member != null) {
                        run.forEach(item -> copy(item.member.start(), item.member.end()));
                    } else {
                        list(
                                Kind.THREAD.list,
                                () -> run.forEach(item -> copy(item.start, item.end)));
                    }
                });
        close('}');
    }

    /**
     * The contacts the items were joined to. An item that names nobody keeps all of them: what was ambiguous among
     * several must not look clear beside one.
     */
    private static Collection<Contact> contacts(Scope scope, List<Item> items) {
        Set<Contact> wanted = new LinkedHashSet<>();
        for (Item item : items) {
            if (item.scope == scope && ContactJoin.mayHaveContact(item.kind)) {
                if (!item.identity.named()) {
                    return scope.contacts;
                }
                if (item.contact != null) {
                    wanted.add(item.contact);
                }
            }
        }
        List<Contact> inOrder = new ArrayList<>(wanted);
        inOrder.sort((a, b) -> Integer.compare(a.start(), b.start()));
        return inOrder;
    }

    /** Splits into runs of neighbours with the same key, by identity. */
    private static void runs(
            List<Item> items, Function<Item, Object> key, Consumer<List<Item>> each) {
        int start = 0;
        while (start < items.size()) {
            Object wanted = key.apply(items.get(start));
            int end = start + 1;
            while (end < items.size() && key.apply(items.get(end)) == wanted) {
                end++;
            }
            each.accept(items.subList(start, end));
            start = end;
        }
    }

    private void list(String name, Runnable elements) {
        name(name);
        open('[');
        elements.run();
        close(']');
    }

    private void name(String name) {
        separate();
        out.writeBytes(('"' + name + "\":").getBytes(StandardCharsets.UTF_8));
        comma = false;
    }

    private void open(char bracket) {
        separate();
        out.write(bracket);
        comma = false;
    }

    private void close(char bracket) {
        out.write(bracket);
        comma = true;
    }

    private void copyAll(List<Span> members) {
        members.forEach(member -> copy(member.start(), member.end()));
    }

    private void copy(int start, int end) {
        separate();
        out.write(source, start, end - start);
        comma = true;
    }

    private void separate() {
        if (comma) {
            out.write(',');
        }
        comma = false;
    }
}
