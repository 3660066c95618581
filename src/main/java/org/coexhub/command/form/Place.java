package org.coexhub.command.form;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.command.Fault;

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
final class Place {

    /** A longer pointer is of no use to anybody; the fault is told of the longest part of it that is shorter. */
    static final int LONGEST_POINTER = 1000;

    private final JsonNode node;
    private final Place around;
    private final String step;
    private final Faults faults;

    private Place(JsonNode node, Place around, String step, Faults faults) {
        this.node = node;
        this.around = around;
        this.step = step;
        this.faults = faults;
    }

    static Place root(JsonNode document, Faults faults) {
        return new Place(document, null, "", faults);
    }

    Place at(String name) {
        return new Place(node.path(name), this, name, faults);
    }

    private Place at(int index) {
        return new Place(node.get(index), this, Integer.toString(index), faults);
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
        faults.add(new Fault(pointer.toString(), whole ? detail : "somewhere below: " + detail));
    }

    /** False when the pointer ends before this place. */
    private boolean point(StringBuilder pointer) {
        Deque<Place> path = new ArrayDeque<>();
        for (Place place = this; place.around != null; place = place.around) {
            path.push(place);
        }
        for (Place place : path) {
            String name = StorableText.of(place.step).replace("~", "~0").replace("/", "~1");
            if (pointer.length() + 1 + name.length() > LONGEST_POINTER) {
                return false;
            }
            pointer.append('/').append(name);
        }
        return true;
    }

    /** Looks inside only when there is an object to look into. */
    Place object(Consumer<Place> inside) {
        if (node.isObject()) {
            inside.accept(this);
        } else {
            fault(given() ? "must be an object" : "is required");
        }
        return this;
    }

    Place array(int min, int max, Consumer<Place> eachElement) {
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
    Place text(int maxCharacters) {
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
    Place optionalText(int maxCharacters) {
        if (given()) {
            if (node.isTextual()) {
                notLonger(maxCharacters);
            } else {
                fault("must be a string");
            }
        }
        return this;
    }

    Place optionalBoolean() {
        if (given() && !node.isBoolean()) {
            fault("must be true or false");
        }
        return this;
    }

    /** A whole number from 0 on that may be missing. */
    Place optionalCount(int last) {
        if (given()
                && !(node.isIntegralNumber()
                        && node.canConvertToInt()
                        && node.intValue() >= 0
                        && node.intValue() <= last)) {
            fault("must be a whole number from 0 to " + last);
        }
        return this;
    }

    Place oneOf(List<String> allowed) {
        if (given() && !(node.isTextual() && allowed.contains(node.textValue()))) {
            fault("must be one of " + String.join(", ", allowed));
        }
        return this;
    }

    /** A number, or a string that spells one, as Meta's own examples do. */
    Place coordinate(double limit) {
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
    Place position(int last) {
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
