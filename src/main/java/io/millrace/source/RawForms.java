package io.millrace.source;

import io.millrace.source.NormalForm.Assumptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Histories as they are published: the normal form, and the raw files of MovieLens, MIND, KuaiRand and the Open Bandit
 * Dataset, gzip or plain. Which it is, is told by the first line. Raw files are put in order of time, those of one time
 * left as they stand, and are held in memory for it.
 */
public final class RawForms {

    private static final List<RawForm> ALL = List.of(
            new MovieLens("\t"), new MovieLens("::"), new MovieLens(","), new Mind(), new KuaiRand(), new OpenBandit());

    private RawForms() {}

    /** @throws MalformedRow when the first line is of no known form, or a row is not of the form */
    public static NormalForm open(Path file, Assumptions assumptions) throws IOException {
        String first;
        try (BufferedReader reader = new FileBytes(file).reader()) {
            first = firstLine(reader);
        }
        for (RawForm form : ALL) {
            if (form.recognises(first)) {
                return sorted(file, form, assumptions);
            }
        }
        return new NormalForm(file, assumptions);
    }

    private static String firstLine(BufferedReader reader) throws IOException {
        @Nullable String line = reader.readLine();
        return line == null ? "" : line;
    }

    private static NormalForm sorted(Path file, RawForm form, Assumptions assumptions) throws IOException {
        List<RawForm.Row> rows = rows(file, form);
        rows.sort(Comparator.comparingLong(RawForm.Row::atMs));
        StringBuilder text = new StringBuilder(form.header()).append('\n');
        rows.forEach(row -> text.append(row.text()).append('\n'));
        AtomicReference<NormalForm> self = new AtomicReference<>();
        double all = Math.max(1, rows.size());
        NormalForm normal = new NormalForm(
                new Rows(file, new BufferedReader(new StringReader(text.toString()))),
                assumptions,
                () -> rows(self) / all);
        self.set(normal);
        return normal;
    }

    private static double rows(AtomicReference<NormalForm> form) {
        NormalForm normal = form.get();
        return normal == null ? 0 : normal.rows();
    }

    private static List<RawForm.Row> rows(Path file, RawForm form) throws IOException {
        List<RawForm.Row> rows = new ArrayList<>();
        try (BufferedReader reader = new FileBytes(file).reader()) {
            String columns = form.hasHeader() ? firstLine(reader) : "";
            long number = form.hasHeader() ? 1 : 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                try {
                    form.read(line, columns, rows::add);
                } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                    throw new MalformedRow(file, number, "'" + line + "' cannot be read: " + e.getMessage());
                }
            }
        }
        return rows;
    }
}
