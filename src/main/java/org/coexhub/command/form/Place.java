package org.coexhub.command.form;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.command.Fault;

import java.util.List;
import java.util.function.Consumer;

/** A spot in a command's JSON that knows its pointer, and notes what is wrong there. */
final class Place {

    private final JsonNode node;
    private final String pointer;
    private final List<Fault> faults;

    Place(JsonNode node, String pointer, List<Fault> faults) {
        this.node = node;
        this.pointer = pointer;
        this.faults = faults;
    }

    Place at(String name) {
        return new Place(
                node.path(name),
                pointer + "/" + name.replace("~", "~0").replace("/", "~1"),
                faults);
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

    void fault(String detail) {
        faults.add(new Fault(pointer, detail));
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
        for (int i = 0; i < node.size(); i++) {
            eachElement.accept(new Place(node.get(i), pointer + "/" + i, faults));
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
