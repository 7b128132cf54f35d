// Answers without leaving the page. Whatever goes wrong here, the form works as it does without.
(() => {
  const find = (id) => document.getElementById(id)
  const form = find("reply-form"), field = form.elements, place = find("respond")
  const make = (tag, parts, ...inside) => {
    const made = Object.assign(document.createElement(tag), parts)
    made.append(...inside)
    return made
  }

  // What became of it
  const told = make("div")
  told.setAttribute("role", "status")
  form.append(told)
  const tell = (...said) => told.replaceChildren(make("p", {}, ...said))
  const mark = (input, message) => {
    const id = input.id + "-problem", note = input.id === "reply-email" ? "reply-note " : ""
    find(id)?.remove()
    input.removeAttribute("aria-invalid")
    input.setAttribute("aria-describedby", note + (message ? id : ""))
    if (!message) return
    input.ariaInvalid = "true"
    input.after(make("span", { id, className: "problem" }, message))
  }

  // Name, address and site, kept on this device if wished
  const kept = ["author", "email", "url"], box = make("input", { type: "checkbox", id: "reply-keep" })
  const keep = () => {
    try {
      if (box.checked) localStorage.commenter = JSON.stringify(kept.map((name) => field[name].value))
      else localStorage.removeItem("commenter")
    } catch {}
  }
  try {
    JSON.parse(localStorage.commenter || "[]").forEach((value, at) => {
      box.checked = true
      field[kept[at]].value ||= value
    })
  } catch {}
  box.onchange = keep
  const label = make("label", { htmlFor: box.id }, "Save my name, email and website on this device")
  field.notify.parentNode.after(make("p", { className: "tick" }, box, label))

  // The form below the comment that is answered
  const home = make("i"), parent = field.parent || make("input", { type: "hidden", name: "parent" })
  const leave = make("button", { type: "button" }, "Cancel reply")
  leave.onclick = () => {
    home.replaceWith(place)
    parent.remove()
    leave.remove()
  }
  find("comments")?.addEventListener("click", (click) => {
    const [, id] = click.target.pathname?.match(/^\/comments\/[^/]+\/reply\/([^/]+)\/$/) || []
    if (!id || click.ctrlKey || click.metaKey || click.shiftKey) return
    click.preventDefault()
    if (!home.isConnected) place.before(home)
    click.target.closest("article").append(place)
    parent.value = id
    form.append(parent, leave)
    field.comment.focus()
  })

  form.onsubmit = async (event) => {
    event.preventDefault()
    keep()
    const button = form.querySelector("button"), json = "application/json"
    button.disabled = true
    tell("Sending …")
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { "content-type": json, accept: json },
        body: JSON.stringify(Object.fromEntries(new FormData(form))),
      })
      const said = await answer.json()
      const receipt = make("a", { href: said.receipt }, "See what becomes of it, change it or delete it")
      for (const name of ["comment", ...kept]) mark(field[name])
      if (answer.ok) {
        field.comment.value = ""
        tell("Thank you, we have your comment. ", receipt, ".")
      } else {
        tell((said.detail || said.title) + " ", said.receipt ? receipt : "")
        const wrong = (said.errors || []).filter((one) => field[one.field])
        for (const one of wrong) mark(field[one.field], one.detail)
        if (wrong[0]) field[wrong[0].field].focus()
      }
    } catch {
      tell("Your comment could not be sent. It is still here: please try again.")
    }
    button.disabled = false
  }
})()
