package org.coexhub.outbound.command.validation;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.outbound.command.Violation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * A spot in a command's JSON that notes what is wrong there.
 *
 * <p>A place knows the one around it; its JSON pointer is made when there is a fault to tell and not before. A document
 * of 250 KB can have pointers of gigabytes in all.
 */
final class JsonCursor {

    /** A longer pointer is of no use to anybody; the fault is told of the longest part of it that is shorter. */
    static final int LONGEST_POINTER = 1000;

    private final JsonNode node;
    private final JsonCursor around;
    private final String step;
    private final Violations faults;

    private JsonCursor(JsonNode node, JsonCursor around, String step, Violations faults) {
        this.node = node;
        this.around = around;
        this.step = step;
        this.faults = faults;
    }

    static JsonCursor root(JsonNode document, Violations faults) {
        return new JsonCursor(document, null, "", faults);
    }

    JsonCursor at(String name) {
        return new JsonCursor(node.path(name), this, name, faults);
    }

    private JsonCursor at(int index) {
        return new JsonCursor(node.get(index), this, Integer.toString(index), faults);
    }

    JsonNode node() {
        return node;
    }

    boolean given() {
        return !node.isMissingNode();
    }

    boolean has(String name) {
        return node.has(name);
    }

    /** Whether looking for more faults is of no use. */
    boolean isDone() {
        return faults.isFull();
    }

    void fault(String detail) {
        if (isDone()) {
            return;
        }
        var pointer = new StringBuilder();
        boolean whole = point(pointer);
        faults.add(
                new Violation(pointer.toString(), whole ? detail : "somewhere below: " + detail));
    }

    /** False when the pointer ends before this place. */
    private boolean point(StringBuilder pointer) {
        Deque<JsonCursor> path = new ArrayDeque<>();
        for (JsonCursor place = this; place.around != null; place = place.around) {
            path.push(place);
        }
        for (JsonCursor place : path) {
            String name = StorableText.of(place.step).replace("~", "~0").replace("/", "~1");
            if (pointer.length() + 1 + name.length() > LONGEST_POINTER) {
                return false;
            }
            pointer.append('/').append(name);
        }
        return true;
    }

    /** Looks inside only when there is an object to look into. */
    JsonCursor object(Consumer<JsonCursor> inside) {
        if (node.isObject()) {
            inside.accept(this);
        } else {
            fault(given() ? "must be an object" : "is required");
        }
        return this;
    }

    JsonCursor array(int min, int max, Consumer<JsonCursor> eachElement) {
        if (!node.isArray()) {
            fault(given() ? "must be an array" : "is required");
            return this;
        }
        if (node.size() < min || node.size() > max) {
            fault(
                    max == Integer.MAX_VALUE
                            ? "must have at least " + min + (min == 1 ? " element" : " elements")
                            : "must have " + min + " to " + max + " elements");
        }
        for (int i = 0; i < node.size() && !isDone(); i++) {
            eachElement.accept(at(i));
        }
        return this;
    }

    /** Required text that is not blank. */
    JsonCursor text(int maxCharacters) {
        if (!node.isTextual()) {
            fault(given() ? "must be a string" : "is required");
        } else if (node.textValue().isBlank()) {
            fault("must not be empty");
        } else {
            notLonger(maxCharacters);
        }
        return this;
    }

    /** Text that may be missing or empty. */
    JsonCursor optionalText(int maxCharacters) {
        if (given()) {
            if (node.isTextual()) {
                notLonger(maxCharacters);
            } else {
                fault("must be a string");
            }
        }
        return this;
    }

    JsonCursor optionalBoolean() {
        if (given() && !node.isBoolean()) {
            fault("must be true or false");
        }
        return this;
    }

    /** A whole number from 0 on that may be missing. */
    JsonCursor optionalCount(int last) {
        if (given()
                && !(node.isIntegralNumber()
                        && node.canConvertToInt()
                        && node.intValue() >= 0
                        && node.intValue() <= last)) {
            fault("must be a whole number from 0 to " + last);
        }
        return this;
    }

    JsonCursor oneOf(List<String> allowed) {
        if (given() && !(node.isTextual() && allowed.contains(node.textValue()))) {
            fault("must be one of " + String.join(", ", allowed));
        }
        return this;
    }

    /** A number, or a string that spells one, as Meta's own examples do. */
    JsonCursor coordinate(double limit) {
        if (!given()) {
            fault("is required");
            return this;
        }
        double value = Double.NaN;
        if (node.isNumber()) {
            value = node.doubleValue();
        } else if (node.isTextual()
                && node.textValue().strip().matches("[-+]?[0-9]{1,3}(\\.[0-9]{1,40})?")) {
            value = Double.parseDouble(node.textValue().strip());
        }
        if (!(Math.abs(value) <= limit)) {
            fault("must be a number from -%.0f to %.0f".formatted(limit, limit));
        }
        return this;
    }

    /** A place counted from 0, as a number or as a string. */
    JsonCursor position(int last) {
        if (!given()) {
            fault("is required");
        } else if (!(node.isIntegralNumber() || node.isTextual())
                || !node.asText().matches("[0-9]{1,2}")
                || Integer.parseInt(node.asText()) > last) {
            fault("must be a whole number from 0 to " + last);
        }
        return this;
    }

    private void notLonger(int maxCharacters) {
        String text = node.textValue();
        if (text.codePointCount(0, text.length()) > maxCharacters) {
            fault("must not be longer than " + maxCharacters + " characters");
        }
    }
}
