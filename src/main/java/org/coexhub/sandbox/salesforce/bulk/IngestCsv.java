package org.coexhub.sandbox.salesforce.bulk;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** CSV as Bulk 2.0 takes and gives it: quotes are doubled inside quotes, lines may break inside quotes. */
final class IngestCsv {
    private IngestCsv() {}

    static List<List<String>> read(String text, char delimiter) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c != '"') {
                    cell.append(c);
                } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    cell.append('"');
                    i++;
                } else {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
                any = true;
            } else if (c == delimiter) {
                row.add(taken(cell));
                any = true;
            } else if (c == '\n' || c == '\r') {
                if (any || !cell.isEmpty()) {
                    row.add(taken(cell));
                    rows.add(row);
                }
                row = new ArrayList<>();
                any = false;
            } else {
                cell.append(c);
            }
        }
        if (any || !cell.isEmpty()) {
            row.add(taken(cell));
            rows.add(row);
        }
        return rows;
    }

    private static String taken(StringBuilder cell) {
        String text = cell.toString();
        cell.setLength(0);
        return text;
    }

    static String line(List<String> cells, char delimiter) {
        return cells.stream()
                .map(cell -> '"' + cell.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(String.valueOf(delimiter), "", "\n"));
    }
}
