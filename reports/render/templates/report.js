(function () {
  "use strict";
  var root = document.documentElement;
  var dialog = document.getElementById("drill");
  var FIRST = innerWidth < 720 ? 15 : 40;
  var PAGE = 100;
  var LEVELS = ["critical", "high", "medium", "low", "info"];
  var COLOURS = { r: "red", a: "amber", g: "green", u: "unknown" };
  var data = null;
  var tables = {};
  var opener = null;
  root.classList.add("js");

  // ---- small builders: text only, never markup ----
  function el(name, attributes, children) {
    var node = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) {
      if (attributes[key] !== null && attributes[key] !== undefined) node.setAttribute(key, attributes[key]);
    });
    (children || []).forEach(function (child) {
      node.append(child);
    });
    return node;
  }
  function fill(text, one, two) {
    return text.replace(/%([12])/g, function (_, n) {
      return n === "1" ? one : two;
    });
  }
  function number(value) {
    return value.toLocaleString(root.lang);
  }
  function badge(colour) {
    return el("span", { class: "badge " + colour }, [el("i", { "aria-hidden": "true" }), data.colours[colour]]);
  }
  function link(url, text) {
    return el("a", { href: url, rel: "noreferrer" }, [text]);
  }
  function projectLink(n, named) {
    var key = data.projects.text[0][n];
    var name = data.projects.names[n];
    var words = [el("b", {}, [key])];
    if (named && name !== key) words.push(" " + name);
    // where the page is served, a project has a page of its own
    var to = data.base === null ? { href: "#" + encodeURIComponent(key), "data-key": key } : { href: data.base + "/projects/" + encodeURIComponent(key) };
    return el("a", Object.assign({ class: "project" }, to), words);
  }
  function mark(state, text) {
    return el("span", { class: state }, [el("i", { "aria-hidden": "true" }), text]);
  }
  function from(n) {
    var parts = data.projects.from[n].map(function (origin, i) {
      var dot = i ? [el("span", { class: "dot" }, [" · "])] : [];
      return dot.concat(mark(origin[0], origin[1]));
    });
    if (!parts.length) return [];
    return [el("span", { class: "from" }, [el("span", { class: "unseen" }, [data.words.sources + data.words.colon])].concat(parts.flat()))];
  }
  function ruleLink(rule) {
    return data.base === null ? rule : el("a", { href: data.base + "/rules/" + encodeURIComponent(rule) }, [rule]);
  }
  function severity(level) {
    return el("span", { class: "severity " + LEVELS[level] }, [el("i", { "aria-hidden": "true" }), data.severities[level]]);
  }

  // ---- theme: the reader's system decides until the button is used ----
  document.getElementById("theme").addEventListener("click", function () {
    var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  // ---- data: base64 of deflated JSON ----
  function unpack() {
    var raw = atob(document.getElementById("data").textContent.trim());
    var bytes = Uint8Array.from(raw, function (c) {
      return c.charCodeAt(0);
    });
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).json();
  }

  // ---- what a row of each table is ----
  function projectRow(n) {
    var p = data.projects;
    var cells = p.kinds.map(function (kind, c) {
      var text = p.text[c][n];
      if (kind === "project") return el("th", { scope: "row", abbr: text }, [projectLink(n, true)].concat(from(n)));
      if (kind === "colour") return el("td", {}, [badge(text)]);
      return el("td", { class: kind === "number" ? "num" : null }, [text]);
    });
    return el("tr", { class: p.closed.includes(n) ? "closed" : null }, cells);
  }
  function itemLink(n) {
    var f = data.findings;
    var to = f.link[n];
    var text = f.item[n] || "–";
    if (to === null) return text;
    return link(typeof to === "number" ? f.bases[to] + text : to, text);
  }
  function waived(text) {
    return el("span", { class: "waived" }, [el("i", { "aria-hidden": "true" }), text]);
  }
  function noted(note) {
    return fill(data.words.noted, note);
  }
  function due(n) {
    var f = data.findings;
    if (f.due[n] < 0) return ["–"];
    var late = f.flag[n] & 4 ? [" ", el("b", { class: "bad" }, [data.words.overdue])] : [];
    return [f.dues[f.due[n]]].concat(late);
  }
  function toMend(n) {
    var f = data.findings;
    var owner = f.owners[f.owner[n]];
    var day = f.due[n] < 0 ? [] : [data.words.fixBy + data.words.colon].concat(due(n));
    if (!owner && !day.length) return [];
    return [el("span", { class: "note" }, [owner].concat(owner && day.length ? " · " : "", day))];
  }
  function findingText(n) {
    var f = data.findings;
    var rule = f.rules[f.rule[n]];
    var notes = [];
    if (f.flag[n] & 1) notes.push(data.words.observed);
    if (f.flag[n] & 2) notes.push(data.words.stale);
    var text = f.message[n] || (data.rules[rule] || [rule])[0];
    if (data.base !== null) text = el("a", { href: data.base + "/findings/" + f.ids[n] }, [text]);
    var parts = notes.length ? [text, el("span", { class: "quiet" }, [" " + notes.map(noted).join(" ")])] : [text];
    var waiver = f.waived[n];
    return waiver ? parts.concat(" ", waived(fill(data.words.waived, waiver[0], waiver[1]))) : parts;
  }
  function evidence(n, most) {
    var lines = data.findings.evidence[n] || [];
    return lines.slice(0, most).map(function (line) {
      return el("span", { class: "evidence" }, [line]);
    });
  }
  function findingRow(n) {
    var f = data.findings;
    var rule = f.rules[f.rule[n]];
    var project = f.project[n] < 0 ? "–" : projectLink(f.project[n], false);
    return el("tr", {}, [
      el("td", {}, [severity(f.severity[n])]),
      el("td", { title: (data.rules[rule] || [""])[0] }, [ruleLink(rule)]),
      el("td", { class: "text" }, findingText(n).concat(evidence(n, 1))),
      el("td", {}, [project]),
      el("td", {}, [itemLink(n)]),
      el("td", {}, [f.owners[f.owner[n]] || "–"]),
      el("td", { class: "num" }, due(n)),
      el("td", { class: "num" }, [f.age[n] === null ? "–" : fill(data.words.days, number(f.age[n]))])
    ]);
  }
  function findingSort(column, n) {
    var f = data.findings;
    var value = [f.severity, f.rule, f.message, f.project, f.item, f.owner, f.due, f.age][column][n];
    if (column === 5) return f.owners[value] || null;
    return column === 6 && value < 0 ? null : value;
  }
  function findingSearch(n) {
    var f = data.findings;
    var key = f.project[n] < 0 ? "" : data.projects.text[0][f.project[n]] + " " + data.projects.names[f.project[n]];
    return [f.rules[f.rule[n]], f.message[n], f.item[n], f.owners[f.owner[n]], key].join(" ").toLowerCase();
  }

  // ---- one table: filter, sort, show a page at a time ----
  function Table(section, source) {
    this.section = section;
    this.source = source;
    this.body = section.querySelector("tbody");
    this.more = section.querySelector(".more");
    this.count = section.querySelector(".count");
    this.filters = section.querySelectorAll("[data-filter]");
    this.column = null;
    this.down = false;
    this.rows = [];
    var self = this;
    this.filters.forEach(function (field) {
      field.addEventListener("input", function () {
        self.apply();
      });
    });
    this.more.addEventListener("click", function () {
      var next = self.shown;
      self.draw(self.shown + PAGE);
      var row = self.body.rows[next];
      var target = row && row.querySelector("a");
      if (target) target.focus();
    });
    section.querySelectorAll("thead th").forEach(function (head, column) {
      var button = el("button", { type: "button", class: "sort" }, [head.textContent]);
      head.replaceChildren(button);
      button.addEventListener("click", function () {
        self.down = self.column === column ? !self.down : false;
        self.column = column;
        section.querySelectorAll("thead th").forEach(function (other) {
          other.removeAttribute("aria-sort");
        });
        head.setAttribute("aria-sort", self.down ? "descending" : "ascending");
        self.apply();
      });
    });
    this.apply();
  }
  Table.prototype.apply = function () {
    var wanted = {};
    this.filters.forEach(function (field) {
      if (field.value.trim()) wanted[field.dataset.filter] = field.value.trim().toLowerCase();
    });
    var rows = [];
    for (var n = 0; n < this.source.size; n++) if (this.source.keep(n, wanted)) rows.push(n);
    if (this.column !== null) this.sort(rows);
    this.rows = rows;
    this.draw(FIRST);
  };
  Table.prototype.sort = function (rows) {
    var value = this.source.order.bind(null, this.column);
    var sign = this.down ? -1 : 1;
    rows.sort(function (a, b) {
      var x = value(a);
      var y = value(b);
      if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1; // unknown stays last either way
      var less = typeof x === "string" ? x.localeCompare(y, root.lang, { numeric: true }) : x - y;
      return sign * less || a - b;
    });
  };
  Table.prototype.draw = function (count) {
    this.shown = Math.min(count, this.rows.length);
    var build = this.source.row;
    var rows = this.rows.slice(0, this.shown).map(build);
    if (!rows.length) rows = [el("tr", {}, [el("td", { colspan: "15", class: "empty" }, [data.words.none])])];
    this.body.replaceChildren.apply(this.body, rows);
    this.more.hidden = this.shown >= this.rows.length;
    this.count.textContent = fill(data.words.shown, number(this.rows.length), number(this.source.size));
  };
  Table.prototype.set = function (values) {
    this.filters.forEach(function (field) {
      field.value = values[field.dataset.filter] || "";
    });
    this.apply();
    this.section.scrollIntoView();
  };

  function projectSource() {
    var p = data.projects;
    var programme = p.text[p.at.programme];
    var computed = p.text[p.at.computed];
    var search = p.names.map(function (name, n) {
      return [p.text[0][n], name, programme[n], p.text[p.at.manager][n]].join(" ").toLowerCase();
    });
    var rank = { red: 0, amber: 1, green: 2, unknown: null };
    return {
      size: p.text[0].length,
      row: projectRow,
      keep: function (n, wanted) {
        return (
          (!wanted.text || search[n].includes(wanted.text)) &&
          (!wanted.programme || programme[n].toLowerCase() === wanted.programme) &&
          (!wanted.computed || computed[n] === wanted.computed)
        );
      },
      order: function (column, n) {
        if (p.kinds[column] === "number") return p.order[column][n];
        return p.kinds[column] === "colour" ? rank[p.text[column][n]] : p.text[column][n];
      }
    };
  }
  function findingSource() {
    var f = data.findings;
    var search = null;
    return {
      size: f.rule.length,
      row: findingRow,
      keep: function (n, wanted) {
        if (wanted.rule && f.rules[f.rule[n]].toLowerCase() !== wanted.rule) return false;
        if (wanted.severity && String(f.severity[n]) !== wanted.severity) return false;
        if (!wanted.text) return true;
        if (!search) search = f.rule.map(function (_, i) { return findingSearch(i); }); // made at the first search
        return search[n].includes(wanted.text);
      },
      order: findingSort
    };
  }

  // ---- drill-down of one project ----
  function list(items) {
    return el("ul", {}, items);
  }
  function reasons(n) {
    var found = data.projects.reasons[n];
    if (!found.length) {
      var text = data.projects.text[data.projects.at.computed][n] === "unknown" ? data.words.unjudged : data.words.calm;
      return el("p", { class: "empty" }, [text]);
    }
    return list(
      found.map(function (reason) {
        var rule = data.rules[reason[0]];
        var more = rule && rule[2] ? [el("span", { class: "note" }, [data.words.fix + data.words.colon + rule[2]])] : [];
        var weight = reason[3] & 2 ? el("span", { class: "badge amber" }, [el("i", { "aria-hidden": "true" }), data.words.warning]) : severity(reason[1]);
        var head = [weight, " ", el("b", {}, [reason[0]]), " " + reason[2]];
        if (reason[3] & 1) head.push(" ", waived(data.words.accepted));
        return el("li", {}, head.concat(more));
      })
    );
  }
  function unjudged(n) {
    var found = data.projects.unjudged[n];
    if (!found.length) return [];
    var items = found.map(function (reason) {
      return el("li", {}, [el("b", {}, [reason[0]]), " " + reason[1]]);
    });
    return [el("details", {}, [el("summary", {}, [data.words.notJudged + data.words.colon + number(found.length)]), list(items)])];
  }
  function numbers(n) {
    var nodes = [];
    data.projects.factNames.forEach(function (group, g) {
      var facts = data.projects.facts[n][g];
      nodes.push(el("h3", {}, [group[0]]));
      if (!facts) {
        nodes.push(el("p", { class: "empty" }, [data.words.notKnown]));
        return;
      }
      var pairs = group[1].map(function (name, i) {
        var hint = facts[i][1] ? [el("small", {}, [facts[i][1]])] : [];
        return el("div", {}, [el("dt", {}, [name]), el("dd", {}, [facts[i][0]].concat(hint))]);
      });
      nodes.push(el("dl", { class: "numbers" }, pairs));
    });
    return nodes;
  }
  function milestones(n) {
    var w = data.words;
    var head = [w.milestone, w.approved, w.forecast, w.slip, ""].map(function (text) {
      return el("th", { scope: "col" }, [text]);
    });
    var rows = data.projects.milestones[n].map(function (m) {
      var cells = m.slice(0, 4).map(function (text) {
        return el("td", {}, [text]);
      });
      return el("tr", {}, cells.concat([el("td", {}, [el("span", { class: "state " + m[5] }, [m[4]])])]));
    });
    var table = el("table", {}, [el("thead", {}, [el("tr", {}, head)]), el("tbody", {}, rows)]);
    return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": w.milestones }, [table]);
  }
  function origins(n) {
    var items = data.projects.origins[n].map(function (o) {
      var name = o[2] ? link(o[2], o[1]) : o[1];
      var age = el("span", { class: "from" }, [mark(o[3], o[4])]);
      return el("li", {}, [el("b", {}, [o[0]]), " ", name, " ", age, " ", el("span", { class: "note" }, [o[5]])]);
    });
    return el("ul", { class: "origins" }, items);
  }
  function findings(n) {
    var f = data.findings;
    var found = [];
    for (var i = 0; i < f.project.length; i++) if (f.project[i] === n) found.push(i);
    if (!found.length) return el("p", { class: "empty" }, [data.words.noFindings]);
    var items = found.slice(0, 30).map(function (i) {
      var head = [severity(f.severity[i]), " ", el("b", {}, [f.rules[f.rule[i]]]), " "];
      var place = typeof f.link[i] === "number" || f.link[i] ? [" – ", itemLink(i)] : []; // else the words name it
      return el("li", {}, head.concat(findingText(i), place, toMend(i), evidence(i, 3)));
    });
    if (found.length > 30) items.push(el("li", { class: "note" }, [fill(data.words.moreFindings, number(found.length - 30))]));
    return list(items);
  }
  function pair(name, colour) {
    return el("span", {}, [el("span", { class: "quiet" }, [name + " "]), badge(colour)]);
  }
  function drill(n) {
    var p = data.projects;
    var w = data.words;
    var close = el("button", { type: "button", "aria-label": "Esc" }, ["✕"]);
    close.addEventListener("click", function () {
      dialog.close();
    });
    var states = [pair(w.computed, p.text[p.at.computed][n]), pair(w.reported, p.text[p.at.reported][n])];
    Array.from(p.dims[n]).forEach(function (letter, i) {
      states.push(pair(data.dimensions[i], COLOURS[letter]));
    });
    if (p.url[n]) states.push(link(p.url[n], w.open));
    var parts = [
      el("div", { class: "head" }, [el("h2", { id: "drill-title" }, [p.names[n] === p.text[0][n] ? p.names[n] : p.text[0][n] + " · " + p.names[n]]), close]),
      el("div", { class: "states" }, states)
    ].concat(from(n), el("h3", {}, [w.why]), reasons(n), unjudged(n), numbers(n));
    if (p.milestones[n].length) parts.push(el("h3", {}, [w.milestones]), milestones(n));
    if (p.origins[n].length) parts.push(el("h3", {}, [w.origins]), origins(n));
    parts.push(el("h3", {}, [w.findings]), findings(n));
    dialog.replaceChildren(el("div", { class: "drill" }, parts));
    dialog.showModal();
    dialog.scrollTop = 0;
  }
  function openProject(key, from) {
    var n = data.projects.text[0].indexOf(key);
    if (n < 0) return false;
    opener = from || null;
    drill(n);
    history.replaceState(null, "", "#" + encodeURIComponent(key));
    return true;
  }
  dialog.addEventListener("close", function () {
    history.replaceState(null, "", location.pathname + location.search);
    if (opener && opener.isConnected) opener.focus();
  });
  dialog.addEventListener("click", function (event) {
    if (event.target === dialog) dialog.close(); // a click on the backdrop
  });

  // ---- clicks and keys ----
  function keyOf(target) {
    var anchor = target.closest && target.closest("a[data-key]");
    return anchor ? anchor.dataset.key : null;
  }
  document.addEventListener("click", function (event) {
    var key = data && keyOf(event.target);
    if (key === null || !data || event.ctrlKey || event.metaKey) return;
    if (openProject(key, event.target.closest("a"))) event.preventDefault();
  });
  document.addEventListener("keydown", function (event) {
    if (!data || !keyOf(event.target)) return;
    if (event.key === "Enter") {
      // Without this the same key press would reach the dialog's close button.
      event.preventDefault();
      openProject(keyOf(event.target), event.target);
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    var table = event.target.closest("table");
    if (!table) return;
    var anchors = Array.from(table.querySelectorAll("a.project"));
    var anchor = anchors[anchors.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!anchor || !event.target.classList.contains("project")) return;
    event.preventDefault();
    anchor.focus();
  });

  // ---- deep links: #KEY, #ITEM-KEY, #rule=ID&severity=high ----
  function follow() {
    var hash = decodeURIComponent(location.hash.slice(1));
    if (!hash || dialog.open) return;
    if (hash.includes("=")) {
      var wanted = new URLSearchParams(hash);
      var at = LEVELS.indexOf(wanted.get("severity"));
      if (tables.findings) tables.findings.set({ rule: wanted.get("rule"), text: wanted.get("q"), severity: at < 0 ? "" : String(at) });
      return;
    }
    if (openProject(hash)) return;
    if (tables.findings && data.findings.item.includes(hash)) tables.findings.set({ text: hash });
  }

  // ---- keys of items and messages come in parts (packing.py) ----
  function joined(f) {
    var at = 0;
    f.item = f.item.map(function (item, n) {
      return typeof item === "number" ? f.prefixes[f.project[n]] + item : item;
    });
    var patterns = f.patterns.map(function (pattern) {
      return pattern.split("\u0001");
    });
    f.message = f.message.map(function (n) {
      return patterns[n].reduce(function (text, part) {
        return text + f.numbers[at++] + part;
      });
    });
  }

  if (!window.DecompressionStream) return; // the first rows stay as they are
  unpack().then(function (found) {
    data = found;
    joined(data.findings);
    document.querySelectorAll("[data-table]").forEach(function (section) {
      if (!section.querySelector("tbody")) return;
      var source = section.dataset.table === "projects" ? projectSource() : findingSource();
      tables[section.dataset.table] = new Table(section, source);
    });
    root.dataset.ready = "yes";
    follow();
    addEventListener("hashchange", follow);
  });
})();
