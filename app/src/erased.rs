//! Views whose type is forgotten, in as little code as that takes in the browser.
//!
//! Leptos' own `AnyView` keeps a pointer to each of a view's ways of being shown, among them `hydrate_async` for routes whose
//! program is loaded later. The page has none, yet that code stayed in the program for every view: a quarter of its size
//! (leptos #4438 and #4852). On the server, where size does not matter, `AnyView` it is; the two agree on what they expect in
//! the document.

#[cfg(feature = "ssr")]
use leptos::prelude::RenderHtml;

#[cfg(feature = "ssr")]
pub type Erased = leptos::prelude::AnyView;
#[cfg(not(feature = "ssr"))]
pub use browser::Erased;

/// Forgets a view's type.
pub trait Erase {
    fn erased(self) -> Erased;

    /// For what can only be there after something has happened in the browser, and so was never rendered by the server:
    /// the code that would look for it in the document is left out.
    fn erased_late(self) -> Erased;
}

#[cfg(feature = "ssr")]
impl<V: RenderHtml + Send> Erase for V {
    fn erased(self) -> Erased {
        leptos::prelude::IntoAny::into_any(self)
    }

    fn erased_late(self) -> Erased {
        self.erased()
    }
}

#[cfg(not(feature = "ssr"))]
mod browser {
    use std::any::{Any, TypeId};

    use leptos::prelude::{AddAnyAttr, Mountable, Render, RenderHtml};
    use leptos::tachys::html::attribute::Attribute;
    use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
    use leptos::tachys::hydration::Cursor;
    use leptos::tachys::renderer::Rndr;
    use leptos::tachys::renderer::types::{Element, Node, Placeholder};
    use leptos::tachys::view::{Position, PositionState};
    use send_wrapper::SendWrapper;

    impl<V: RenderHtml + Send> super::Erase for V {
        fn erased(self) -> Erased {
            Erased(SendWrapper::new(Box::new(Held::<_, false>(self.into_owned()))))
        }

        fn erased_late(self) -> Erased {
            Erased(SendWrapper::new(Box::new(Held::<_, true>(self.into_owned()))))
        }
    }

    /// A view of any type. Views are handed over within one thread; the browser has no other.
    pub struct Erased(SendWrapper<Box<dyn View>>);

    /// What is left of a view's type: where it stands in the document, and what it was.
    pub struct Shown {
        kind: TypeId,
        state: Box<dyn State>,
        /// Marks the place of a view that has no node of its own.
        placeholder: Option<Placeholder>,
    }

    trait State: Mountable + Any {}
    impl<S: Mountable + 'static> State for S {}

    trait View {
        fn kind(&self) -> TypeId;
        /// Whether it has nodes in the document.
        fn exists(&self) -> bool;
        fn build(self: Box<Self>) -> Box<dyn State>;
        /// The state is that of a view of the same kind.
        fn rebuild(self: Box<Self>, state: &mut dyn Any);
        fn hydrate(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Box<dyn State>;
    }

    /// A view as it came; a late one is never looked for in the document.
    struct Held<V, const LATE: bool>(V);

    impl<V: RenderHtml + 'static, const LATE: bool> View for Held<V, LATE> {
        fn kind(&self) -> TypeId {
            TypeId::of::<Self>()
        }
        fn exists(&self) -> bool {
            V::EXISTS
        }
        fn build(self: Box<Self>) -> Box<dyn State> {
            Box::new(self.0.build())
        }
        fn rebuild(self: Box<Self>, state: &mut dyn Any) {
            if let Some(state) = state.downcast_mut::<V::State>() {
                self.0.rebuild(state);
            }
        }
        fn hydrate(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Box<dyn State> {
            assert!(!LATE, "the server rendered what only comes later");
            Box::new(self.0.hydrate::<true>(cursor, position))
        }
    }

    impl Render for Erased {
        type State = Shown;

        fn build(self) -> Shown {
            let (kind, exists) = (self.0.kind(), self.0.exists());
            Shown { kind, state: self.0.take().build(), placeholder: (!exists).then(Rndr::create_placeholder) }
        }

        fn rebuild(self, shown: &mut Shown) {
            if self.0.kind() == shown.kind {
                let state: &mut dyn State = &mut *shown.state;
                return self.0.take().rebuild(state);
            }
            let mut new = self.build();
            shown.insert_before_this(&mut new);
            shown.unmount();
            *shown = new;
        }
    }

    impl Mountable for Shown {
        fn unmount(&mut self) {
            self.state.unmount();
            if let Some(placeholder) = &mut self.placeholder {
                placeholder.unmount();
            }
        }

        fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
            self.state.mount(parent, marker);
            if let Some(placeholder) = &mut self.placeholder {
                placeholder.mount(parent, marker);
            }
        }

        fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
            self.state.insert_before_this(child)
                || self.placeholder.as_ref().is_some_and(|placeholder| placeholder.insert_before_this(child))
        }

        fn elements(&self) -> Vec<Element> {
            self.state.elements()
        }
    }

    impl RenderHtml for Erased {
        type AsyncOutput = Self;
        type Owned = Self;

        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        async fn resolve(self) -> Self {
            self
        }

        fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {
            unreachable!("the browser renders no HTML");
        }

        fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Shown {
            let (kind, exists) = (self.0.kind(), self.0.exists());
            let state = self.0.take().hydrate(cursor, position);
            Shown { kind, state, placeholder: (!exists).then(|| cursor.next_placeholder(position)) }
        }

        fn into_owned(self) -> Self {
            self
        }
    }

    /// Attributes are written on elements themselves, never spread over a component.
    impl AddAnyAttr for Erased {
        type Output<Added: Attribute> = Self;

        fn add_any_attr<Added: Attribute>(self, _: Added) -> Self
        where
            Self: RenderHtml,
        {
            self
        }
    }
}
