package io.katapult.contract.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.verification.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

class CoveragePageTest {
  private static final Exchange EXCHANGE =
      new Exchange("GET", "/tokens?a=<b>&c=\"d\"", Map.of(), 200, Map.of(), "");

  private final List<ContractElements.Element> elements = new ContractElements().elements();

  @Test
  void showsEachElementWithItsRequest() {
    Document page = page(true);

    assertThat(page.select("h1").text()).isEqualTo("Contract coverage: %1$d of %1$d".formatted(elements.size()));
    assertThat(names(page))
        .containsExactlyInAnyOrderElementsOf(elements.stream().map(ContractElements.Element::toString).toList());
    assertThat(page.select("dd").eachText()).hasSameSizeAs(elements).containsOnly("200 GET " + EXCHANGE.target());
    assertThat(page.select(".no")).isEmpty();
  }

  @Test
  void linksToEachElementThatIsNotShown() {
    Document page = page(false);
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < elements.size(); i += 2) {
      missing.add(elements.get(i).toString());
    }
    List<String> targets = page.select("main > ul a").eachAttr("href");

    assertThat(page.select("main > ul a").eachText()).isEqualTo(missing);
    assertThat(targets.stream().map(it -> page.getElementById(it.substring(1))))
        .hasSameSizeAs(missing)
        .allMatch(it -> it != null && it.nextElementSibling().text().equals("not shown"));
    assertThat(page.select("dd.no")).hasSameSizeAs(missing);
  }

  @Test
  void linksToEachGroup() {
    Document page = page(false);
    List<String> links = new ArrayList<>();
    for (Element link : page.select("nav li")) {
      Element heading = page.getElementById(link.select("a").attr("href").substring(1));
      links.add(heading.text());
      assertThat(link.text()).isEqualTo(heading.text());
    }

    assertThat(links).isEqualTo(page.select("h3").eachText());
  }

  @Test
  void loadsNothingAndHasHeadingsInOrder() {
    Document page = page(false);

    assertThat(page.select("script, img, iframe, [src], [title]")).isEmpty();
    assertThat(page.select("link").eachAttr("href")).containsExactly("data:,");
    assertThat(page.select("style").html()).contains("prefers-color-scheme:dark").doesNotContain("url(", "@import");
    assertThat(page.select("meta[name=viewport]")).hasSize(1);
    assertThat(page.select("html").attr("lang")).isEqualTo("en");
    assertThat(page.select("body > *").stream().map(Element::tagName)).containsExactly("main");
    assertThat(page.select("h1, h2, h3").stream().map(Element::tagName)).startsWith("h1", "h2", "h2", "h3");
  }

  /** The page of all elements: all shown, or every second one. */
  private Document page(boolean all) {
    List<CoveragePage.Covered> covered = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      Optional<Exchange> by = all || i % 2 == 1 ? Optional.of(EXCHANGE) : Optional.empty();
      covered.add(new CoveragePage.Covered(elements.get(i), by));
    }
    return Jsoup.parse(CoveragePage.html(covered));
  }

  /** The names of the elements, as the headings and terms say. */
  private static List<String> names(Document page) {
    List<String> names = new ArrayList<>();
    String operation = "";
    String group = "";
    for (Element element : page.select("h2, h3, dt")) {
      switch (element.tagName()) {
        case "h2" -> operation = element.text();
        case "h3" -> group = element.ownText();
        default -> names.add(operation + ": " + group + ": " + element.text());
      }
    }
    return names;
  }
}
