package org.coexhub.sandbox.salesforce.soql;

import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A SOQL query, read and checked: {@code SELECT … FROM … WHERE … ORDER BY … LIMIT … OFFSET …}. */
public final class Soql {
    private final SimulatedOrg org;
    private final List<String> select = new ArrayList<>();
    private ObjectDescription object;
    private boolean count;
    private Predicate<Row> where = row -> true;
    private Comparator<Row> order;
    private int limit = Integer.MAX_VALUE;
    private int offset;

    private Soql(SimulatedOrg org) {
        this.org = org;
    }

    public static Soql parse(SimulatedOrg org, String query) {
        Soql soql = new Soql(org);
        soql.read(new Tokens(query));
        return soql;
    }

    /** Only what could follow WHERE. */
    static Predicate<Row> condition(SimulatedOrg org, ObjectDescription object, String written) {
        Tokens tokens = new Tokens(written);
        Predicate<Row> condition = new Conditions(org, object, tokens).any();
        if (!tokens.atEnd()) {
            throw tokens.unexpected();
        }
        return condition;
    }

    static ObjectDescription object(SimulatedOrg org, String name) {
        return org.schema()
                .object(name)
                .filter(found -> !found.event())
                .orElseThrow(
                        () ->
                                new SoqlException(
                                        "INVALID_TYPE",
                                        "sObject type '"
                                                + name
                                                + "' is not supported. If you are attempting to use"
                                                + " a custom object, be sure to append the '__c'"
                                                + " after the entity name."));
    }

    private void read(Tokens tokens) {
        tokens.expect("SELECT");
        do {
            select.add(tokens.next());
        } while (tokens.take(","));
        if (select.equals(List.of("COUNT")) || select.equals(List.of("count"))) {
            tokens.expect("(");
            tokens.expect(")");
            count = true;
            select.clear();
        }
        tokens.expect("FROM");
        object = object(org, tokens.next());
        select.forEach(field -> Path.of(org, object, field));
        if (tokens.take("WHERE")) {
            where = new Conditions(org, object, tokens).any();
        }
        if (tokens.take("ORDER", "BY")) {
            do {
                Comparator<Row> next = order(tokens);
                order = order == null ? next : order.thenComparing(next);
            } while (tokens.take(","));
        }
        if (tokens.take("LIMIT")) {
            limit = tokens.number();
        }
        if (tokens.take("OFFSET")) {
            offset = tokens.number();
        }
        if (!tokens.atEnd()) {
            throw tokens.unexpected();
        }
    }

    private Comparator<Row> order(Tokens tokens) {
        Path path = Path.of(org, object, tokens.next()).filterable();
        boolean descending = !tokens.take("ASC") && tokens.take("DESC");
        boolean nullsLast = tokens.take("NULLS", "LAST");
        if (!nullsLast) {
            tokens.take("NULLS", "FIRST");
        }
        Comparator<Object> values =
                descending ? (a, b) -> Conditions.compare(b, a) : Conditions::compare;
        return Comparator.comparing(
                row -> Conditions.comparable(path.field(), row.value(path)),
                nullsLast ? Comparator.nullsLast(values) : Comparator.nullsFirst(values));
    }

    public ObjectDescription object() {
        return object;
    }

    /** {@code SELECT COUNT()}: only the number of rows is asked. */
    public boolean count() {
        return count;
    }

    public List<String> select() {
        return select;
    }

    public List<Row> rows() {
        Stream<Row> rows =
                org.records(object.name()).stream()
                        .map(fields -> new Row(org, object, fields))
                        .filter(where);
        if (order != null) {
            rows = rows.sorted(order);
        }
        return rows.skip(offset).limit(limit).toList();
    }
}
