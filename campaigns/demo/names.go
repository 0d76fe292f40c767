package demo

// What people are called, where they live and where their mail goes. A few
// names are there to be hard: accents, compounds, apostrophes, other scripts.

var women = []string{
	"Marie", "Nathalie", "Isabelle", "Sylvie", "Catherine", "Françoise", "Valérie", "Christine", "Sandrine", "Stéphanie",
	"Céline", "Julie", "Aurélie", "Élodie", "Émilie", "Hélène", "Camille", "Léa", "Manon", "Chloé", "Inès", "Zoé", "Maëlys",
	"Anne-Sophie", "Marie-Claude", "Anaïs", "Noémie", "Océane", "Laëtitia", "Gaëlle", "Solène", "Agnès", "Thérèse",
	"Fatima", "Samira", "Amina", "Kadiatou", "Mei", "Olga", "Agnieszka", "Maria", "Siobhán", "Thị Hương", "芳",
}

var men = []string{
	"Jean", "Philippe", "Michel", "Alain", "Patrick", "Nicolas", "Christophe", "Pierre", "Christian", "Éric",
	"Frédéric", "Laurent", "Stéphane", "David", "Pascal", "Daniel", "Julien", "Thomas", "Sébastien", "Jérôme",
	"François", "Grégory", "Loïc", "Benoît", "Rémi", "Gaël", "Théo", "Lucas", "Hugo", "Jean-Baptiste", "Jean-Noël",
	"Mathéo", "Noël", "Raphaël", "Mohamed", "Karim", "Mamadou", "Yusuf", "Piotr", "José", "Seán", "Văn An", "伟",
}

var lastNames = []string{
	"Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent", "Simon",
	"Michel", "Lefèvre", "Leroy", "Roux", "David", "Bertrand", "Morel", "Fournier", "Girard", "Bonnet", "Dupont",
	"Lambert", "Fontaine", "Rousseau", "Vincent", "Müller", "Faure", "André", "Mercier", "Blanc", "Guérin", "Boyer",
	"Garnier", "Chevalier", "François", "Legrand", "Gauthier", "García", "Perrin", "Robin", "Clément", "Morin",
	"Nicolas", "Henry", "Roussel", "Mathieu", "Gautier", "Masson", "Marchand", "Duval", "Denis", "Dumont", "Lemaire",
	"Noël", "Meyer", "Dufour", "Meunier", "Brun", "Blanchard", "Giraud", "Joly", "Rivière", "Lucas", "Brunet",
	"Gaillard", "Barbier", "Arnaud", "Martínez", "Gérard", "Roche", "Renard", "Schmitt", "Roy", "Leroux", "Colin",
	"Vidal", "Caron", "Picard", "Fabre", "Lefebvre", "Bourgeois", "Aubert", "Lemoine", "Hubert", "Besson", "Le Goff",
	"Le Bihan", "de La Tour", "d’Arcy", "Ben Amar", "Benali", "Diallo", "Traoré", "Nguyễn", "Trần", "Kowalski",
	"Nowak", "Yılmaz", "O’Brien", "da Silva", "Ferreira", "Œuvrard", "Saint-Exupère", "Lévy", "Cohen", "王", "李",
}

// rare is how many of the last first names of each list are seldom given: the
// foreign ones, which the test screens need and a shop sees now and then.
const rare = 8

type place struct{ postcode, city string }

var places = []place{
	{"75011", "Paris"},
	{"75015", "Paris"},
	{"75018", "Paris"},
	{"75020", "Paris"},
	{"92100", "Boulogne-Billancourt"},
	{"93100", "Montreuil"},
	{"94300", "Vincennes"},
	{"78000", "Versailles"},
	{"91000", "Évry-Courcouronnes"},
	{"13001", "Marseille"},
	{"13100", "Aix-en-Provence"},
	{"69003", "Lyon"},
	{"69100", "Villeurbanne"},
	{"31000", "Toulouse"},
	{"06000", "Nice"},
	{"44000", "Nantes"},
	{"44100", "Nantes"},
	{"44600", "Saint-Nazaire"},
	{"44800", "Saint-Herblain"},
	{"34000", "Montpellier"},
	{"67000", "Strasbourg"},
	{"33000", "Bordeaux"},
	{"59000", "Lille"},
	{"35000", "Rennes"},
	{"51100", "Reims"},
	{"42000", "Saint-Étienne"},
	{"83000", "Toulon"},
	{"38000", "Grenoble"},
	{"21000", "Dijon"},
	{"49000", "Angers"},
	{"30000", "Nîmes"},
	{"63000", "Clermont-Ferrand"},
	{"72000", "Le Mans"},
	{"29200", "Brest"},
	{"29000", "Quimper"},
	{"37000", "Tours"},
	{"80000", "Amiens"},
	{"87000", "Limoges"},
	{"74000", "Annecy"},
	{"66000", "Perpignan"},
	{"57000", "Metz"},
	{"25000", "Besançon"},
	{"45000", "Orléans"},
	{"76600", "Le Havre"},
	{"56000", "Vannes"},
	{"22000", "Saint-Brieuc"},
	{"85000", "La Roche-sur-Yon"},
	{"17000", "La Rochelle"},
	{"64100", "Bayonne"},
	{"20000", "Ajaccio"},
	{"97400", "Saint-Denis"},
	{"54000", "Nancy"},
}

// providers are the mailboxes of consumers, with their share in percent.
var providers = []struct {
	domain string
	share  int
}{
	{"gmail.example", 38},
	{"orange.example", 14},
	{"microsoft.example", 13},
	{"free.example", 8},
	{"yahoo.example", 7},
	{"sfr.example", 6},
	{"laposte.example", 6},
	{"wanadoo.example", 5},
	{"fai-local.example", 3},
}

var trades = []string{
	"Bricolage", "Menuiserie", "Boulangerie", "Librairie", "Garage", "Pharmacie", "Hôtel", "Cabinet", "Fleuriste", "Imprimerie",
	"Traiteur", "Pépinière", "Salon", "Atelier", "Crèche", "Auberge",
}

var tradePlaces = []string{
	"du Port", "de la Gare", "des Halles", "du Marché", "Saint-Michel", "des Lilas", "de l’Étoile", "du Château", "des Deux Rives",
	"du Vieux Moulin", "de la Poste", "des Remparts", "du Grand Pré", "Sainte-Anne", "du Canal", "de l’Église",
}

var boxes = []string{"contact", "achats", "compta", "bonjour", "direction"}

var interests = []string{"maison", "jardin", "cuisine", "enfants", "bricolage", "décoration", "papeterie"}
