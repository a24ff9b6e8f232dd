package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.note.Note;
import org.starpunk.note.NoteSearch;
import org.starpunk.note.TagNameRules;

/** Search in scripts without spaces between words, for characters of other widths, and for names with signs. */
class SearchScriptsTest {

    @TempDir
    static Path dir;

    private static RunningStore store;

    @BeforeAll
    static void start() {
        store = RunningStore.start(dir);
        for (String text : List.of(
                "全文検索は日本語で",
                "日本の語学",
                "東京とカメラの話",
                "ﾊﾟｿｺﾝとガラス",
                "Ｇａｒｄｅｎ ２０２６",
                "中文搜索引擎的设计",
                "ภาษาไทยไม่มีช่องว่าง",
                "서울에서 부산까지",
                "Vert.xの使い方をJavaで書く",
                "C++ is a language",
                "c# and F# run on .NET today",
                "C stands for itself, cats and clouds do not",
                "ASP.NET and a net",
                "node.js and vert.x",
                "Party 🎉 tonight",
                "Latin words only")) {
            Note unused = store.publish(text, text.startsWith("東京") ? "旅行" : "");
        }
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    private static List<NoteSearch.Hit> hits(String query) {
        return RunningStore.await(store.search.search(query, 0, 20)).hits();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "日本語           | 全文検索は[日本語]で",
                "検索             | 全文[検索]は日本語で",
                "索は日           | 全文検[索は日]本語で",
                "全文 日本語      | [全文]検索は[日本語]で",
                "語で             | 全文検索は日本[語で]",
                "語学             | 日本の[語学]",
                "カメラ           | 東京と[カメラ]の話",
                "ｶﾒﾗ              | 東京と[カメラ]の話",
                "パソコン         | [ﾊﾟｿｺﾝ]とガラス",
                "ガラス           | ﾊﾟｿｺﾝと[ガラス]",
                "garden           | [Ｇａｒｄｅｎ] ２０２６",
                "２０２６         | Ｇａｒｄｅｎ [２０２６]",
                "2026             | Ｇａｒｄｅｎ [２０２６]",
                "引擎             | 中文搜索[引擎]的设计",
                "设计             | 中文搜索引擎的[设计]",
                "ไทย              | ภาษา[ไทย]ไม่มีช่องว่าง",
                "ไม่มี            | ภาษาไทย[ไม่มี]ช่องว่าง",
                "부산             | 서울에서 [부산]까지",
                "울에             | 서[울에]서 부산까지",
                "서울 부산        | [서울]에서 [부산]까지",
                "使い方           | Vert.xの[使い方]をJavaで書く",
                "java             | Vert.xの使い方を[Java]で書く",
                "Javaで書         | Vert.xの使い方を[Javaで書]く",
                "擎               | 中文搜索引[擎]的设计",
                "話               | 東京とカメラの[話]",
                "\"Javaで\"       | Vert.xの使い方を[Javaで]書く",
                "旅行             | 東京とカメラの話",
                "🎉               | Party [🎉] tonight",
                "C++              | [C]++ is a language",
                "c# f#            | [c]# and [F]# run on .NET today",
                "c++ language     | [C]++ is a [language]",
                "node.js          | [node.js] and vert.x",
            })
    void a_note_is_found_and_marked(String query, String snippet) {
        assertThat(hits(query))
                .singleElement()
                .extracting(
                        hit -> hit.snippet().replace(NoteSearch.MARK_START, '[').replace(NoteSearch.MARK_END, ']'))
                .isEqualTo(snippet);
    }

    @Test
    void a_run_that_is_nowhere_is_not_found() {
        for (String query : List.of("日語", "本の文", "カラ", "ย์ไทย", "울서", "D++", "d#", "Java書")) {
            assertThat(hits(query)).as(query).isEmpty();
        }
    }

    @Test
    void names_with_signs_find_no_more_than_the_bare_word() {
        assertThat(hits("日本")).hasSize(2);
        assertThat(hits("日")).hasSize(2);
        assertThat(hits("C")).hasSize(3);
        assertThat(hits("c#")).hasSize(1);
        assertThat(hits("F#")).hasSize(1);
        assertThat(hits(".NET")).hasSize(2);
        assertThat(hits(".net today")).hasSize(1);
        assertThat(hits("net")).hasSize(2);
        assertThat(hits("c-")).hasSize(3);
    }

    @Test
    void a_renamed_tag_in_any_script_is_found_by_its_new_name_only() {
        Note note = store.publish("Tagged once", "料理");
        assertThat(hits("料理")).hasSize(1);
        assertThat(RunningStore.await(store.notes.renameTag(
                        note.content().tags().get(0).slug(),
                        TagNameRules.tag("園芸C#").orElseThrow())))
                .isTrue();
        assertThat(hits("料理")).isEmpty();
        assertThat(hits("芸")).hasSize(1);
        assertThat(RunningStore.await(store.notes.delete(note.id()))).isTrue();
        assertThat(hits("園芸")).isEmpty();
    }
}
